import type { FastifyInstance } from 'fastify'
import { isOfPage, sendPage } from './page.ts'
import { sendProblem } from './problem.ts'
import { clip } from '../job-spec/short-text.ts'

/** Whether a method changes nothing (RFC 9110 §9.2.1). */
export const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method)

interface Known {
  segments: readonly string[]
  methods: Set<string>
}

interface Unknown {
  /** Whether the page is served, which has addresses of its own. */
  hasPage: boolean
}

/** Refuses what no route takes; a known path with another method is told which there are. Add it before any route. */
export function refuseUnknown(app: FastifyInstance, { hasPage }: Unknown): void {
  const methodsOf = knownMethods(app)
  app.setNotFoundHandler((request, reply) => {
    // Not returned: Fastify would wait for the reply once more than it does.
    if (hasPage && isOfPage(request)) return void sendPage(reply)
    const path = request.url.split('?', 1)[0] ?? ''
    const where = `${request.method} ${clip(path, 200)}`
    const methods = methodsOf(path)
    if (methods.length === 0)
      return sendProblem(reply, request, { code: 'not_found', status: 404, detail: `There is nothing at ${where}.` })
    return sendProblem(reply.header('allow', methods.join(', ')), request, {
      code: 'method_not_allowed',
      status: 405,
      detail: `${where} is not known; the methods of this address are ${methods.join(', ')}.`,
    })
  })
}

function knownMethods(app: FastifyInstance): (path: string) => string[] {
  const known = new Map<string, Known>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const entry = known.get(url) ?? { segments: segmentsOf(url), methods: new Set<string>() }
    known.set(url, entry)
    for (const name of [method].flat()) entry.methods.add(name)
  })
  return (path) => {
    const segments = path.split('/')
    const fitting = [...known.values()].filter((entry) => fits(entry.segments, segments))
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort()
  }
}

/** A parameter becomes a bare colon, which takes any segment but an empty one. */
const segmentsOf = (url: string): string[] =>
  url.split('/').map((segment) => (/^:(?!:)/.test(segment) ? ':' : segment.replaceAll('::', ':')))

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, i) => (part === ':' ? segments[i] !== '' : part === segments[i]))
