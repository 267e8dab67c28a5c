import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino, type Logger } from 'pino'
import { buildApp } from '../api/app.ts'
import { weightsAccess, type Config } from '../config.ts'
import { packedImagePng } from '../data/packed-image.ts'
import { previewThreads } from '../data/preview-threads.ts'
import { AppError } from '../errors.ts'
import { createModelRuntime } from '../predictor/runtime.ts'
import { consume, openQueue } from '../queue/bullmq.ts'
import { createServices, type Services } from '../service/services.ts'
import { openBlobs } from '../store/blobs.ts'
import { openStore } from '../store/postgres.ts'
import { spawnTrainer } from '../train/spawn.ts'
import { startWorker, type Worker } from '../worker/worker.ts'
import { surroundings } from './surroundings-of.ts'

const REQUESTS_PER_MINUTE = 6000

const DASHBOARD = fileURLToPath(new URL('../dashboard/', import.meta.url))

export interface Connections {
  databaseUrl: string
  redisUrl: string
}

export function createLogger({ logLevel }: Config): Logger {
  return pino({
    level: logLevel,
    redact: ['req.headers.authorization'],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  })
}

/** @throws AppError `config_invalid` when a role that needs real services has none. */
export function requireConnections({ databaseUrl, redisUrl }: Config): Connections {
  if (databaseUrl === undefined || redisUrl === undefined)
    throw new AppError(
      'config_invalid',
      'DATABASE_URL and REDIS_URL must be set for this role; `anneal serve` needs neither.',
    )
  return { databaseUrl, redisUrl }
}

/** The use cases on this configuration's database, queue and blobs, with a predictor process for models. */
export async function openServices(
  config: Config,
  { databaseUrl, redisUrl }: Connections,
  log: Logger,
  environment: NodeJS.ProcessEnv,
): Promise<{ services: Services; stop(): Promise<void> }> {
  const store = openStore(databaseUrl)
  const queue = openQueue(redisUrl)
  const models = createModelRuntime({ ...config, environment, log })
  const scratchDir = join(config.home, 'work', `api-${process.pid}`)
  await mkdir(scratchDir, { recursive: true })
  const services = createServices({
    ...{
      store,
      queue,
      models,
      packedImagePng,
      augmentPreview: previewThreads(),
      scratchDir,
      blobs: openBlobs(config.blobUrl),
      now: Date.now,
    },
    weightHosts: config.weightHosts,
    surroundings: () => surroundings(config),
  })
  return {
    services,
    async stop() {
      await models.stop()
      await queue.close()
      await store.close()
      await rm(scratchDir, { recursive: true, force: true })
    },
  }
}

export interface RunningApi {
  url: string
  services: Services
  stop(): Promise<void>
}

export async function startApi(
  config: Config,
  connections: Connections,
  log: Logger,
  environment: NodeJS.ProcessEnv,
): Promise<RunningApi> {
  const { services, stop } = await openServices(config, connections, log, environment)
  const app = await buildApp({
    services,
    log,
    uploadBytes: config.uploadBytes,
    requestsPerMinute: REQUESTS_PER_MINUTE,
    dashboard: DASHBOARD,
  })
  const url = await app.listen({ host: config.host, port: config.port })
  return {
    url,
    services,
    async stop() {
      await app.close()
      await stop()
    },
  }
}

export async function startWorkerRole(
  config: Config,
  { databaseUrl, redisUrl }: Connections,
  log: Logger,
  environment: NodeJS.ProcessEnv,
): Promise<Worker> {
  const store = openStore(databaseUrl)
  const queue = openQueue(redisUrl)
  const workDir = join(config.home, 'work', String(process.pid))
  await mkdir(workDir, { recursive: true })
  const worker = startWorker({
    ...{ store, queue, log, workDir },
    leaseMs: config.leaseMs,
    weights: weightsAccess(config),
    blobs: openBlobs(config.blobUrl),
    spawnTrainer: () => spawnTrainer({ engine: config.engine, threads: config.threads, environment }),
    consume: (handle) => consume(redisUrl, handle),
  })
  return {
    async stop() {
      await worker.stop()
      await queue.close()
      await store.close()
    },
  }
}
