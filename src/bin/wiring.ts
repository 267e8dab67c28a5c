import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino, type Logger } from 'pino'
import { buildApp } from '../api/app.ts'
import { QUEUE_BOARD } from '../api/queue-board.ts'
import { blobCache, blobFolder, openBlobStorage } from '../blobs/open.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { packedImageFile } from '../data/packed/packed-image.ts'
import { compareItems } from '../data/packed/compare-items.ts'
import { queryItems } from '../data/packed/query-items.ts'
import { previewThreads } from '../data/preview-threads.ts'
import { datasetZip } from '../data/zip-export/dataset-zip.ts'
import type { Exposition } from '../metrics/registry.ts'
import { serveMetrics } from '../metrics/server.ts'
import { createModelRuntime } from '../predictor/runtime.ts'
import { openQueue } from '../queue/bullmq.ts'
import type { QueueBoard } from '../queue/board.ts'
import { openRequestCounts } from '../queue/request-counts.ts'
import { codeVersion } from '../service/code-version.ts'
import { createSealer } from '../service/sealing.ts'
import { createServices, type Services } from '../service/services.ts'
import { openTeamStore } from '../store/postgres.ts'
import { requireServiceRole, requireTeamRole } from '../store/role-checks.ts'
import type { TraceExport } from '../tracing/export.ts'
import { traceIds } from '../tracing/tracing.ts'
import { quietAwsSdk } from './aws-sdk.ts'
import type { Connections } from './connections.ts'
import { ownTag } from './process-tag.ts'
import { hostContext } from './host-context.ts'
import { startSweeping, type SweptPlaces } from './sweep.ts'
import { openWorkFolder } from './work-folder.ts'

const WEB = fileURLToPath(new URL('../web/', import.meta.url))

/** What a clean end of a role may take in all. */
export const STOP_WITHIN_MS = 5500
/** Requests that are open at the end are given so long to be answered. */
const DRAIN_MS = 1000
export const CLOSES_WITHIN_MS = 1000

export function createLogger({ logLevel }: Config): Logger {
  return pino({
    level: logLevel,
    redact: ['req.headers.authorization', 'req.headers.cookie'],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => traceIds() ?? {},
  })
}

/** The use cases on this configuration's database, queue and blobs, with a predictor process for models. */
export async function openServices(
  config: Config,
  { databaseUrl, serviceUrl, redisUrl }: Connections,
  log: Logger,
  environment: NodeJS.ProcessEnv,
): Promise<{ services: Services; stop(): Promise<void> }> {
  const [, { superuser }] = await Promise.all([
    requireTeamRole(databaseUrl),
    requireServiceRole(serviceUrl, 'ANNEAL_WORKER_DATABASE_URL'),
  ])
  if (superuser) warnOfSuperuser(log)
  const store = openTeamStore({ databaseUrl, serviceUrl }, config.quota, config.fairShare)
  const queue = openQueue(redisUrl)
  const models = createModelRuntime({ ...config, environment, log })
  quietAwsSdk()
  const folder = await openWorkFolder(config.home, 'api')
  const storage = await openBlobStorage(config, { work: folder.path, writer: ownTag() })
  const services = createServices({
    store,
    queue,
    models,
    packedImageFile,
    datasetZip,
    packedItems: queryItems,
    comparePacked: compareItems,
    augmentPreview: previewThreads(),
    scratchDir: folder.path,
    blobs: storage.blobs,
    files: storage.files,
    now: Date.now,
    fairShare: config.fairShare,
    uploadKeptMs: config.uploadKeptMs,
    trashMs: config.trashMs,
    importHosts: config.imports.hosts,
    weightHosts: config.weightHosts,
    webhookHosts: config.webhooks.hosts,
    sealer: createSealer(config.webhooks.secretKey),
    hostContext: () => hostContext(config),
  })
  return {
    services,
    async stop() {
      await Promise.all([models.stop(), storage.close()])
      await within(CLOSES_WITHIN_MS, Promise.all([queue.close(), store.close()]))
      await folder.remove()
    },
  }
}

export interface PreparedApi {
  services: Services
  listen(): Promise<string>
  /** Ends what is open: answers get a moment, streams and uploads are cut off. */
  stop(): Promise<void>
}

/** The API with everything but its port open. */
export async function prepareApi(
  config: Config,
  connections: Connections,
  log: Logger,
  environment: NodeJS.ProcessEnv,
): Promise<PreparedApi> {
  const traces = await exportTraces(config, 'api')
  const { services, stop } = await openServices(config, connections, log, environment)
  const requestCounts = openRequestCounts(connections.redisUrl)
  const queueBoard = await boardFor(config, connections)
  let metrics: Exposition | undefined
  const app = await buildApp({
    services,
    log,
    uploadBytes: config.uploadBytes,
    requestCounts,
    trustProxy: config.trustProxy,
    metricsToken: config.metricsToken,
    onMetrics: (exposition) => (metrics = exposition),
    operators: config.operators,
    queueBoard: queueBoard?.routes,
    signIn: config.signIn,
    publicUrl: config.publicUrl,
    sessionMs: config.sessionMs,
    traced: config.traces.enabled,
    streamLimits: config.streams,
    web: WEB,
  })
  const sweeping = startSweeping(sweptPlaces(config), log)
  let metricsServer: Awaited<ReturnType<typeof openMetrics>>
  const stopAll = async (): Promise<void> => {
    sweeping.stop()
    await metricsServer?.close()
    const closed = app.close()
    await within(DRAIN_MS, closed)
    app.server.closeAllConnections()
    await within(CLOSES_WITHIN_MS, closed)
    requestCounts.close()
    await Promise.all([queueBoard?.close(), stop(), within(CLOSES_WITHIN_MS, Promise.resolve(traces?.stop()))])
  }
  let stopped: Promise<void> | undefined
  return {
    services,
    async listen() {
      if (metrics !== undefined) metricsServer = await openMetrics(metrics, config.metrics.host, config.metrics.port)
      return app.listen({ host: config.host, port: config.port })
    },
    stop: () => (stopped ??= stopAll()),
  }
}

/** OpenTelemetry is loaded only where spans are exported. */
export async function exportTraces({ traces }: Config, role: 'api' | 'worker'): Promise<TraceExport | undefined> {
  if (!traces.enabled) return undefined
  const { startTraceExport } = await import('../tracing/export.ts')
  return startTraceExport({ role, version: codeVersion() })
}

/** Only operators see it, and it is loaded only where there are any. */
async function boardFor({ operators }: Config, { redisUrl }: Connections): Promise<QueueBoard | undefined> {
  if (operators.length === 0) return undefined
  const { openQueueBoard } = await import('../queue/board.ts')
  return openQueueBoard(redisUrl, QUEUE_BOARD)
}

/** @throws AppError `unavailable` where the port is taken */
export async function openMetrics(metrics: Exposition, host: string, port: number | undefined) {
  if (port === undefined) return undefined
  try {
    return await serveMetrics(metrics, { host, port })
  } catch (cause) {
    throw new AppError('unavailable', `Metrics cannot be served at ${host}:${port}: ${(cause as Error).message}`, {
      cause,
    })
  }
}

export function warnOfSuperuser(log: Logger): void {
  log.warn({
    event: 'database_superuser',
    advice: 'a worker needs no superuser; make a role that owns nothing with: anneal migrate --worker-url URL',
  })
}

export function sweptPlaces({ home, blobUrl, weightsCache }: Config): SweptPlaces {
  return {
    work: join(home, 'work'),
    blobs: blobFolder(blobUrl) ?? blobCache(home),
    downloads: join(weightsCache, 'partial'),
  }
}

export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController()
  await Promise.race([work, sleep(ms, undefined, { signal: limit.signal }).catch(() => undefined)])
  limit.abort()
}
