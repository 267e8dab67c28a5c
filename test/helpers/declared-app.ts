import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { buildApp } from '../../src/api/app.ts'
import type { Services } from '../../src/service/services.ts'

/** The API with its routes declared and no use case behind them, and what was declared, such as `GET /v1/jobs/{}`. */
export async function declaredApp(): Promise<{ app: FastifyInstance; routes: readonly string[] }> {
  const services = { store: { changes: { subscribe: () => undefined } }, queue: {} } as unknown as Services
  const requestCounts = { add: () => Promise.resolve({ count: 0, leftMs: 0 }), close: () => undefined }
  const log = pino({ level: 'silent' })
  const app = await buildApp({ services, log, uploadBytes: 1, requestCounts, web: '/nowhere' })
  await app.ready()
  return { app, routes: declared(app.printRoutes({ commonPrefix: false })) }
}

/** Methods and paths of a tree of routes as Fastify prints it; a parameter is `{}`. */
function declared(tree: string): string[] {
  const above: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([│├└─\s]*)([^│├└─\s]\S*) \(([A-Z, ]+)\)$/.exec(line) ?? []
    const depth = indent.length / 4 - 1
    above[depth] = part
    const path = above.slice(0, depth + 1).join('')
    return methods === ''
      ? []
      : methods.split(', ').map((method) => `${method} ${path.replaceAll(/\/:[\w|:]+/g, '/{}')}`)
  })
}
