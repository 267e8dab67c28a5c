import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServiceUnderTest } from '../../test/helpers/service.ts'
import type { Form, ServerSettings } from '../api/server.ts'

const SERVER = fileURLToPath(new URL('./api/server.js', import.meta.url))

export interface RunningServer {
  form: Form
  process: ChildProcess
  url: string
}

/** Starts an API, or a bare route, in a process of its own over a service's database, Redis and files. */
export async function startServer(form: Form, { database, redis, folder }: ServiceUnderTest): Promise<RunningServer> {
  const settings: ServerSettings = {
    form,
    databaseUrl: database.applicationUrl,
    serviceUrl: database.workerUrl,
    redisUrl: redis.url,
    folder,
  }
  const child = fork(SERVER, [JSON.stringify(settings)], { env: { ...process.env, NODE_ENV: 'production' } })
  const [url] = (await once(child, 'message')) as [string]
  return { form, process: child, url }
}
