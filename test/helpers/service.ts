import { execFile, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { inject } from 'vitest'
import { buildApp, type AppOptions } from '../../src/api/app.ts'
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.ts'
import { freePort } from '../../src/embedded/processes.ts'
import type { EmbeddedService } from '../../src/embedded/service.ts'
import { startRedis } from '../../src/embedded/redis.ts'
import { ingest } from '../../src/data/ingest.ts'
import { packedImageFile } from '../../src/data/packed/packed-image.ts'
import { compareItems } from '../../src/data/packed/compare-items.ts'
import { queryItems } from '../../src/data/packed/query-items.ts'
import { previewThreads } from '../../src/data/preview-threads.ts'
import { datasetZip } from '../../src/data/zip-export/dataset-zip.ts'
import { QUEUE_BOARD } from '../../src/api/queue-board.ts'
import { openQueueBoard } from '../../src/queue/board.ts'
import { openQueue } from '../../src/queue/bullmq.ts'
import { openRequestCounts } from '../../src/queue/request-counts.ts'
import { versionId } from '../../src/service/dataset-ref.ts'
import { newId } from '../../src/service/ids.ts'
import { createSealer } from '../../src/service/sealing.ts'
import type { Store } from '../../src/service/ports/store.ts'
import type { Quota } from '../../src/service/ports/teams.ts'
import type { NewWorker } from '../../src/service/ports/workers.ts'
import { LANES } from '../../src/service/worker-resources.ts'
import type { Dataset } from '../../src/service/resources.ts'
import { createServices, type Services } from '../../src/service/services.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { filesOfFolder, openFolderBlobs } from '../../src/blobs/folder.ts'
import type { BlobFiles } from '../../src/service/ports/blobs.ts'
import { openStore, openTeamStore } from '../../src/store/postgres.ts'
import { STREAM_LIMITS } from '../../src/api/stream-limits.ts'
import { BODY_LIMITS } from '../../src/api/slow-bodies.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import { NO_QUOTA } from '../../src/store/quota-limits.ts'
import { conformance } from './conformance.ts'
import { classFolders, temporaryFolder, writeZip } from './archives.ts'
import { fakeModels } from './fake-models.ts'
import { multipart } from './multipart.ts'
import { signal } from './processes.ts'
import { startMigrated } from './template-cluster.ts'

/** Who changes something in a test that calls services or the store. */
export const HOST = { kind: 'host', id: 'host', name: 'host', keyId: null, requestId: null } as const

const run = promisify(execFile)

/** An API over real PostgreSQL and Redis, in this process, with no worker. */
export interface ServiceUnderTest {
  app: FastifyInstance
  services: Services
  /** As workers have it: with the rows of every team. */
  store: Store
  folder: string
  database: EmbeddedPostgres
  redis: EmbeddedService
  files: BlobFiles
  /** Where a blob is in the folder of blobs. */
  blobPath(key: string): string
  /** Another API process on the same database, queue and blobs; it ends with the first. */
  anotherApp(): Promise<FastifyInstance>
  /** A new team and its key. */
  team(): Promise<{ id: string; secret: string; headers: { authorization: string } }>
  /** Uploads an archive, and does what a worker does. */
  readyDataset(headers: Record<string, string>, zip: Buffer): Promise<Dataset>
  stop(): Promise<void>
}

/** Starts a copy of the suite's migrated cluster. */
async function startDatabase(folder: string): Promise<EmbeddedPostgres> {
  // The benchmarks have none.
  const template = process.env['VITEST'] === undefined ? '' : inject('templateCluster')
  if (template === '') return startMigrated(folder)
  // With its owner, which is not ours when the tests run as root.
  await run('cp', ['-a', template, folder])
  return startPostgres(folder)
}

/** An immediate shutdown: nobody reads the files again, so there is nothing to write back. */
async function stopAtOnce({ pid, exited }: EmbeddedPostgres): Promise<void> {
  if (pid !== undefined) signal([pid], 'SIGQUIT')
  await exited
}

/** Injected calls are answered as the OpenAPI document says, or fail. */
function documented(app: FastifyInstance): FastifyInstance {
  let departure: ReturnType<typeof conformance> | undefined
  const inject = app.inject.bind(app) as (options: InjectOptions | string) => Promise<LightMyRequestResponse>
  const checked = async (options: InjectOptions | string): Promise<LightMyRequestResponse> => {
    const response = await inject(options)
    departure ??= conformance(app)
    const { method = 'GET', url = options } = typeof options === 'string' ? {} : options
    const found = typeof url === 'string' ? departure({ method, url }, response) : undefined
    if (found !== undefined) throw new Error(found)
    return response
  }
  return Object.assign(app, { inject: checked })
}

const SAME_QUOTA: Partial<Quota> = {}

export async function startService({
  uploadBytes = 50_000_000,
  quota = SAME_QUOTA,
  fairShare = FAIR_SHARE,
  uploadKeptMs = 3_600_000,
  trashMs = 0,
  bodyLimits = BODY_LIMITS,
  streamLimits = STREAM_LIMITS,
  webhookHosts = ['*'],
  web = '/nowhere',
  operators = [] as AppOptions['operators'] & object,
  queueBoard = false,
  signIn = undefined as AppOptions['signIn'],
  publicUrl = undefined as AppOptions['publicUrl'],
  log = pino({ level: 'silent' }),
} = {}): Promise<ServiceUnderTest> {
  const folder = await temporaryFolder()
  const [database, redis] = await Promise.all([
    startDatabase(join(folder.path, 'postgres')),
    startRedis(join(folder.path, 'redis')),
  ])
  const blobs = join(folder.path, 'blobs')
  const files = filesOfFolder(blobs)
  const scratch = join(folder.path, 'scratch')
  await Promise.all([mkdir(blobs), mkdir(scratch)])
  const { applicationUrl: databaseUrl, workerUrl: serviceUrl } = database
  const limits = { ...NO_QUOTA, ...quota }
  const openApp = async () => {
    const [store, queue] = [openTeamStore({ databaseUrl, serviceUrl }, limits, fairShare), openQueue(redis.url)]
    const services = createServices({
      store,
      queue,
      blobs: openFolderBlobs(blobs),
      files,
      models: fakeModels(),
      packedImageFile,
      datasetZip,
      packedItems: queryItems,
      comparePacked: compareItems,
      augmentPreview: previewThreads(),
      scratchDir: scratch,
      now: Date.now,
      fairShare,
      uploadKeptMs,
      trashMs,
      importHosts: ['*'],
      weightHosts: ['weights.example'],
      webhookHosts,
      sealer: createSealer('a key of the tests, long enough for all'),
    })
    const requestCounts = openRequestCounts(redis.url)
    const board = queueBoard ? openQueueBoard(redis.url, QUEUE_BOARD) : undefined
    const options = {
      uploadBytes,
      requestCounts,
      bodyLimits,
      streamLimits,
      web,
      operators,
      queueBoard: board?.routes,
      signIn,
      ...(publicUrl === undefined ? {} : { publicUrl }),
    }
    return { app: documented(await buildApp({ services, log, ...options })), services, requestCounts, board }
  }
  const first = await openApp()
  const { app, services } = first
  const opened = [first]
  const running: ServiceUnderTest = {
    app,
    services,
    store: openStore(serviceUrl, limits, fairShare),
    database,
    redis,
    folder: folder.path,
    files,
    blobPath: (key) => join(blobs, key),
    async anotherApp() {
      const another = await openApp()
      opened.push(another)
      return another.app
    },
    async team() {
      const { team, secret } = await services.createTeam('test')
      return { id: team.id, secret, headers: { authorization: `Bearer ${secret}` } }
    },
    async readyDataset(headers, zip) {
      const upload = multipart('shapes', 'data.zip', zip)
      const response = await app.inject({
        method: 'POST',
        url: '/v1/datasets',
        headers: { ...upload.headers, ...headers },
        payload: upload.payload,
      })
      if (response.statusCode !== 202) throw new Error(`the upload gave ${response.statusCode}: ${response.body}`)
      const created = response.json<Dataset>()
      const version = `${created.id}@${created.version}`
      const claim = await running.store.claimDataset(version, 10_000)
      if (claim?.uploadKey === undefined) throw new Error('no claim')
      const [archive, packedKey] = [running.blobPath(claim.uploadKey), `datasets/${version}`]
      const result = await ingest(archive, running.blobPath(packedKey))
      await running.store.finishDataset(version, claim.token, { ...result, packedKey })
      return (await app.inject({ url: `/v1/datasets/${created.id}`, headers })).json<Dataset>()
    },
    async stop() {
      for (const each of opened) {
        await each.app.close()
        each.requestCounts.close()
        await each.board?.close()
        await each.services.queue.close()
        await each.services.store.close()
      }
      await running.store.close()
      await running.redis.stop()
      await stopAtOnce(running.database)
      await folder.remove()
    },
  }
  return running
}

/** A service with a team, its data set of a few classes, and another team. */
export async function startServiceWithData(classes: number, imagesPerClass: number) {
  const service = await startService()
  const { headers } = await service.team()
  const { headers: stranger } = await service.team()
  const archive = await writeZip(join(service.folder, 'data.zip'), classFolders(classes, imagesPerClass))
  return { service, headers, stranger, dataset: await service.readyDataset(headers, await readFile(archive)) }
}

const ANNEAL = (): string => createRequire(import.meta.url).resolve('#dist/bin/anneal.js')

/** A role of `anneal` as a process of its own. */
/** What the roles of an installation on a service's database, queue and blobs are started with. */
export const roleEnvironment = ({
  database,
  redis,
  folder,
}: Pick<ServiceUnderTest, 'database' | 'redis' | 'folder'>) => ({
  DATABASE_URL: database.applicationUrl,
  ANNEAL_WORKER_DATABASE_URL: database.workerUrl,
  REDIS_URL: redis.url,
  ANNEAL_HOME: folder,
  BLOB_URL: pathToFileURL(join(folder, 'blobs')).href,
})

export function startRole(role: 'api' | 'worker', environment: Record<string, string>): ChildProcess {
  return fork(ANNEAL(), [role], {
    env: { ...process.env, ANNEAL_LOG_LEVEL: 'silent', ANNEAL_THREADS: '1', ...environment },
    stdio: 'ignore',
  })
}

export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

/** Polls until `read` gives something. @throws Error after `withinMs`, with what `read` threw last as its cause */
export async function eventually<T>(
  read: () => Promise<T | undefined>,
  { withinMs = 60_000, everyMs = 100 } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  let cause: unknown
  for (;;) {
    const value = await read().catch((error: unknown) => void (cause = error))
    if (value !== undefined) return value
    if (performance.now() > deadline) throw new Error('it did not happen in time', { cause })
    await setTimeout(everyMs)
  }
}

/** What a worker of a test registers as. */
export const aWorker = (given: Partial<NewWorker> = {}): NewWorker => ({
  id: newId('worker', Date.now()),
  name: 'host:1',
  host: 'host',
  version: '0.0.0',
  devices: [{ name: 'CPU', kind: 'cpu', memoryBytes: 8 * 2 ** 30 }],
  labels: [],
  pools: ['default'],
  lanes: [...LANES],
  slots: 1,
  address: null,
  ...given,
})

export { freePort }

/** A service whose store has a team with a data set, for tests of the store itself. */
export interface StoreUnderTest {
  service: ServiceUnderTest
  store: Store
  teamId: string
  /** With its version. */
  datasetId: string
  /** A queued job with a spec of no meaning. */
  newJob(spec?: object): Promise<string>
}

export async function startStore(options: Parameters<typeof startService>[0] = {}): Promise<StoreUnderTest> {
  const service = await startService(options)
  const { store } = service
  const { id: teamId } = await service.team()
  const dataset = { id: newId('ds', Date.now()), name: 'd', sizeBytes: 1, uploadKey: 'uploads/x' }
  const { id, version } = await store.createDataset(teamId, dataset)
  const datasetId = versionId(id, version)
  return {
    service,
    store,
    teamId,
    datasetId,
    async newJob(given = {}) {
      const id = newId('job', Date.now())
      const spec = given as ResolvedSpec
      await store.createJob({ id, teamId, datasetId, name: 'j', spec, specHash: 'h', reasons: {} })
      return id
    },
  }
}
