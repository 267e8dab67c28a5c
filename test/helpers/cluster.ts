import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from '../../src/client/client.ts'
import { eventually, freePort, kill, startRole, startService, type ServiceUnderTest } from './service.ts'

/** API and workers as processes of their own, on PostgreSQL and Redis, each of which can be killed. */
export class Cluster {
  readonly service: ServiceUnderTest
  readonly client: Client
  private readonly url: string
  private readonly key: string
  private readonly environment: Record<string, string>
  private api: ChildProcess
  private readonly workers: ChildProcess[]

  private constructor(
    service: ServiceUnderTest,
    options: { key: string; port: number; workers: number; leaseMs: number; publicUrl?: string | undefined },
  ) {
    const { key, port, workers, leaseMs, publicUrl } = options
    this.service = service
    this.environment = {
      DATABASE_URL: service.database.applicationUrl,
      ANNEAL_WORKER_DATABASE_URL: service.database.workerUrl,
      REDIS_URL: service.redis.url,
      BLOB_URL: pathToFileURL(this.blobFolder).href,
      ANNEAL_HOME: service.folder,
      ANNEAL_PORT: String(port),
      ANNEAL_LEASE_MS: String(leaseMs),
      ...(publicUrl === undefined ? {} : { ANNEAL_PUBLIC_URL: publicUrl }),
    }
    this.api = startRole('api', this.environment)
    this.workers = Array.from({ length: workers }, () => startRole('worker', this.environment))
    this.url = `http://127.0.0.1:${port}`
    this.key = key
    this.client = new Client({ url: this.url, key })
  }

  static async start(options: { workers: number; leaseMs: number; publicUrl?: string }): Promise<Cluster> {
    const service = await startService()
    const { secret: key } = await service.team()
    const cluster = new Cluster(service, { ...options, key, port: await freePort() })
    await eventually(() => cluster.client.get('/v1/team'))
    return cluster
  }

  /** For `anneal` as a client of it. */
  get clientEnvironment(): Record<string, string> {
    return { ANNEAL_URL: this.url, ANNEAL_API_KEY: this.key, ANNEAL_HOME: this.service.folder }
  }

  get blobFolder(): string {
    return join(this.service.folder, 'blobs')
  }

  async killApi(): Promise<void> {
    await kill(this.api, 'SIGKILL')
    this.api = startRole('api', this.environment)
  }

  /** @param meanwhile what happens before another one takes the place of the killed one. */
  async killWorker(
    worker: number,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
    signal: NodeJS.Signals = 'SIGKILL',
  ): Promise<void> {
    await kill(this.workers[worker]!, signal)
    await meanwhile()
    this.workers[worker] = startRole('worker', this.environment)
  }

  async stop(): Promise<void> {
    for (const child of [...this.workers, this.api]) await kill(child, 'SIGKILL')
    await this.service.stop()
  }
}
