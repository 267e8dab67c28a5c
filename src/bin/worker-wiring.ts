import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { openBlobStorage } from '../blobs/open.ts'
import { teamWeightsAccess, type Config } from '../config.ts'
import { queryItems } from '../data/packed/query-items.ts'
import { childEnvironment } from '../engine/environment.ts'
import { addPoolMetrics } from '../metrics/registry.ts'
import { createModelRuntime } from '../predictor/runtime.ts'
import { consume, openQueue } from '../queue/bullmq.ts'
import { codeVersion } from '../service/code-version.ts'
import { newId } from '../service/ids.ts'
import type { JobState } from '../service/job-states.ts'
import { createSealer } from '../service/sealing.ts'
import { LANES, type LaneName } from '../service/worker-resources.ts'
import { namedAsWorker } from '../store/named-pool.ts'
import { openStore } from '../store/postgres.ts'
import { requireServiceRole } from '../store/role-checks.ts'
import { spawnTrainer } from '../train/process/spawn.ts'
import { secretsOf } from '../worker/logs/secrets.ts'
import { runOneJob } from '../worker/one-job.ts'
import { workerRegistry } from '../worker/worker-metrics.ts'
import { startWorker, type Worker, type WorkerOptions } from '../worker/worker.ts'
import { quietAwsSdk } from './aws-sdk.ts'
import type { WorkerConnections } from './connections.ts'
import { killTree } from './descendants.ts'
import { peerAddress } from './peer-address.ts'
import { ownTag } from './process-tag.ts'
import { startSweeping } from './sweep.ts'
import { CLOSES_WITHIN_MS, exportTraces, openMetrics, sweptPlaces, warnOfSuperuser, within } from './wiring.ts'
import { openWorkFolder } from './work-folder.ts'
import { openDevices } from './worker-devices.ts'

/**
 * What a running job is given for its last checkpoint; then its trainer is killed, and the job resumes from the one before. The worker of
 * `serve` has less: all of it ends within ten seconds.
 */
const LAST_CHECKPOINT_MS = { ofServe: 3000, alone: 20_000 }
/** A few images of a batch of predictions, next to whatever else the machine does. */
const BATCH_WITHIN_MS = 600_000

interface OpenedWorker {
  options: WorkerOptions
  /** Ends everything but the worker itself. */
  close(): Promise<void>
}

/** What a worker works with. One function: it only wires, in the order in which things depend on each other. @param lanes kinds of work that it does */
async function openWorker(
  config: Config,
  { serviceUrl, redisUrl }: WorkerConnections,
  log: Logger,
  { environment, lanes }: { environment: NodeJS.ProcessEnv; lanes: readonly LaneName[] },
): Promise<OpenedWorker> {
  const traces = await exportTraces(config, 'worker')
  const { devices, placeOf } = await openDevices(config.worker.devices, environment)
  const identity = {
    id: newId('worker', Date.now()),
    name: `${hostname()}:${process.pid}`,
    host: hostname(),
    version: codeVersion(),
    devices,
    labels: [...config.worker.labels],
    pools: [...config.worker.pools],
    lanes: [...lanes],
    slots: devices.length,
    address: await peerAddress(config.worker.address, serviceUrl),
  }
  quietAwsSdk()
  const { superuser } = await requireServiceRole(serviceUrl, 'DATABASE_URL')
  if (superuser) warnOfSuperuser(log)
  const store = openStore(
    namedAsWorker(serviceUrl, { pid: process.pid, host: hostname() }),
    config.quota,
    config.fairShare,
  )
  addPoolMetrics(workerRegistry, () => store.connections())
  const metrics = { contentType: workerRegistry.contentType, text: () => workerRegistry.metrics() }
  const metricsServer = await openMetrics(metrics, config.metrics.host, config.metrics.workerPort)
  const queue = openQueue(redisUrl)
  const folder = await openWorkFolder(config.home, 'worker')
  const storage = await openBlobStorage(config, { work: folder.path, writer: ownTag() })
  const sweeping = startSweeping(sweptPlaces(config), log)
  const options: WorkerOptions = {
    identity,
    store,
    queue,
    log,
    workDir: folder.path,
    leaseMs: config.leaseMs,
    publicUrl: config.publicUrl,
    trashMs: config.trashMs,
    historyMs: config.historyMs,
    devices: {
      kind: devices[0]?.kind === 'gpu' ? 'cuda' : 'cpu',
      count: devices.length,
      worker: identity.name,
      workerId: identity.id,
      isReachable: identity.address !== null,
    },
    weights: teamWeightsAccess(config),
    blobs: storage.blobs,
    files: storage.files,
    spawnTrainer(places) {
      const place = placeOf(places, config.threads)
      return spawnTrainer({ ...place, engine: config.engine, environment: { ...environment, ...place.environment } })
    },
    ingest: {
      environment: childEnvironment(environment),
      memoryBytes: config.ingestBytes,
      baseSeconds: config.ingestSeconds,
    },
    ...(config.traces.enabled ? { traceEverySteps: config.traces.everySteps } : {}),
    logs: { maxBytes: config.logBytes, secrets: secretsOf(environment) },
    webhooks: { hosts: config.webhooks.hosts, sealer: createSealer(config.webhooks.secretKey) },
    imports: { ...config.imports, maxBytes: config.uploadBytes },
    models: createModelRuntime({ ...config, environment, log, timeoutsMs: { predict: BATCH_WITHIN_MS } }),
    items: queryItems,
    consume: (handle) => consume(redisUrl, handle),
  }
  return {
    options,
    async close() {
      sweeping.stop()
      await metricsServer?.close()
      await storage.close()
      await within(CLOSES_WITHIN_MS, Promise.all([queue.close(), store.close(), traces?.stop()]))
      await folder.remove()
    },
  }
}

/** Ends with a last checkpoint of what runs, for which there is so much time. */
async function withLastCheckpoint(end: () => Promise<unknown>): Promise<void> {
  const withinMs = process.connected ? LAST_CHECKPOINT_MS.ofServe : LAST_CHECKPOINT_MS.alone
  const last = setTimeout(() => void killTree(process.pid, { itself: false }), withinMs)
  await end()
  clearTimeout(last)
}

export async function startWorkerRole(
  config: Config,
  connections: WorkerConnections,
  log: Logger,
  environment: NodeJS.ProcessEnv,
): Promise<Worker> {
  const { options, close } = await openWorker(config, connections, log, { environment, lanes: LANES })
  const worker = await startWorker(options)
  return {
    drained: worker.drained,
    async stop() {
      await withLastCheckpoint(() => worker.stop())
      await close()
    },
  }
}

/** A worker that runs one job and ends. `state` fails where the job cannot be run. */
export async function startOneJob(
  id: string,
  config: Config,
  connections: WorkerConnections,
  log: Logger,
): Promise<{ state: Promise<JobState>; stop(): Promise<void> }> {
  const environment = process.env
  const { options, close } = await openWorker(config, connections, log, { environment, lanes: ['jobs'] })
  const stopping = new AbortController()
  const state = runOneJob(id, options, stopping.signal)
  return {
    state,
    async stop() {
      stopping.abort()
      await withLastCheckpoint(() => state.catch(() => undefined))
      await close()
    },
  }
}
