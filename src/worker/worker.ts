import type { Logger } from 'pino'
import type { BlobFiles, Blobs } from '../service/ports/blobs.ts'
import type { DatasetClaim, ImportClaim } from '../service/ports/datasets.ts'
import type { PackedItems } from '../service/ports/images.ts'
import type { WorkerDevices } from '../service/ports/job-claims.ts'
import type { ModelRuntime } from '../service/ports/models.ts'
import type { BatchClaim } from '../service/ports/prediction-batches.ts'
import type { Message, Queue } from '../service/ports/queue.ts'
import type { Store } from '../service/ports/store.ts'
import type { NewWorker } from '../service/ports/workers.ts'
import type { Trainer } from '../train/process/spawn.ts'
import type { IngestLimits } from './ingest-process.ts'
import { inSpan } from '../tracing/tracing.ts'
import { startJobLane } from './job-lane.ts'
import { startLane, type Lane } from './lane.ts'
import type { LogSettings } from './logs/log-writer.ts'
import { runPredictions } from './predictions/run-predictions.ts'
import { startReconciling } from './reconcile.ts'
import { register } from './registration.ts'
import { runImport, type ImportLimits } from './run-import.ts'
import { runIngest } from './run-ingest.ts'
import { startSending, type SendingSettings } from './webhooks/sender.ts'

export interface WorkerOptions {
  store: Store
  blobs: Blobs
  files: BlobFiles
  queue: Queue
  log: Logger
  workDir: string
  /** Where downloaded weights are kept and come from. */
  weights: { cacheDir: string; endpoint: string; hosts?: string[]; redirectHosts?: string[] }
  /** Where people reach the service, for links in reports. */
  publicUrl?: string | undefined
  /** How long a lease is held without a sign of life. */
  leaseMs: number
  /** How long what is deleted by rule is kept in the trash, milliseconds. */
  trashMs: number
  /** How long events and metrics are kept after the end of their job, milliseconds; 0: as long as the job. */
  historyMs: number
  /** What it registers as. */
  identity: NewWorker
  /** What it runs jobs on. */
  devices: WorkerDevices
  /** Starts a trainer for these of the devices that it registers, by their places. */
  spawnTrainer: (places: readonly number[]) => Trainer
  ingest: IngestLimits
  imports: ImportLimits
  /** For batches of predictions. */
  models: ModelRuntime
  items: PackedItems
  /** Of so many training steps one has a span; absent: none has. */
  traceEverySteps?: number
  logs: LogSettings
  webhooks: SendingSettings
  /** Starts taking messages. */
  consume: (handle: (message: Message) => void) => { close(): Promise<void> }
}

export interface Worker {
  /** Hands back what is running and ends. */
  stop(): Promise<void>
  /** Settles when an operator has drained it, and its work has ended. */
  drained: Promise<void>
}

/** A kind of work that waits for no other, and the messages that say that there may be some. */
interface WokenLane {
  lane: Lane
  wokenBy: Message['kind']
}

/**
 * One worker with lanes for training, ingests, imports and predictions, so that none waits for another. It trains as many jobs at a time as it
 * has devices for. Messages only wake the lanes; what is to be done next is PostgreSQL's to say. A trainer that has loaded its engine is kept ready. The worker also advances sweeps, relays
 * the outbox and removes blobs that nothing refers to. What it has is registered, and so what operators want of it is known. One function: it only wires the lanes, one after the other.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { store, blobs, files, queue, log, workDir, leaseMs, logs } = options
  const registration = await register(store, options.identity, { log })
  /** What a worker claims that an operator has not told to claim nothing. */
  const ifActive = <Claim>(claim: () => Promise<Claim | undefined>) => {
    return async (): Promise<Claim | undefined> => (registration.state === 'active' ? claim() : undefined)
  }
  const stopping = new AbortController()
  const onError = (error: unknown): void =>
    log.error({ event: 'work_failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) })

  const jobs = startJobLane(options, {
    claiming: ifActive,
    traced: (run) => traced('train', run),
    stopping: stopping.signal,
    onError,
  })
  const ingests = startLane<DatasetClaim>({
    name: 'ingests',
    next: ifActive(() => store.claimNextDataset(leaseMs)),
    work: traced('ingest', async (claim) => {
      log.info({ event: 'ingest_started', datasetId: claim.id, attempt: claim.attempt })
      const limits = options.ingest
      await runIngest(claim, { store, blobs, files, log, workDir, leaseMs, limits, logs, stop: stopping.signal })
      log.info({ event: 'work_finished', kind: 'dataset', ref: claim.id })
    }),
    onError,
  })
  const imports = startLane<ImportClaim>({
    name: 'imports',
    next: ifActive(() => store.claimNextImport(leaseMs)),
    work: traced('import', async (claim) => {
      log.info({ event: 'import_started', datasetId: claim.id, attempt: claim.attempt })
      const limits = options.imports
      await runImport(claim, { store, blobs, log, leaseMs, limits, stop: stopping.signal })
      log.info({ event: 'work_ended', kind: 'import', ref: claim.id })
    }),
    onError,
  })
  const predictions = startLane<BatchClaim>({
    name: 'predictions',
    next: ifActive(() => store.claimNextBatch(leaseMs)),
    work: traced('predict', async (claim) => {
      log.info({ event: 'predictions_started', batchId: claim.id, attempt: claim.attempt })
      const { ingest: limits, models, items } = options
      await runPredictions(claim, {
        store,
        blobs,
        files,
        models,
        items,
        log,
        workDir,
        leaseMs,
        limits,
        logs,
        stop: stopping.signal,
      })
      log.info({ event: 'work_ended', kind: 'prediction', ref: claim.id })
    }),
    onError,
  })
  const lanes: readonly WokenLane[] = [
    { lane: jobs.lane, wokenBy: 'job' },
    { lane: ingests, wokenBy: 'dataset' },
    { lane: imports, wokenBy: 'dataset' },
    { lane: predictions, wokenBy: 'prediction' },
  ]
  const consumer = options.consume(({ kind }) => {
    for (const { lane, wokenBy } of lanes) if (wokenBy === kind) lane.wake()
  })

  const sending = startSending({ store, log, ...options.webhooks })
  const reconciling = startReconciling({
    store,
    blobs,
    queue,
    log,
    trashMs: options.trashMs,
    historyMs: options.historyMs,
  })

  const stopLanes = (): Promise<unknown> => Promise.all(lanes.map(({ lane }) => lane.stop()))

  return {
    drained: registration.draining.then(stopLanes).then(() => undefined),
    async stop() {
      const reconciled = reconciling.stop()
      stopping.abort()
      jobs.close()
      // A batch that waits for the predictor is handed back.
      await Promise.all([stopLanes(), sending.stop(), options.models.stop()])
      await reconciled
      await registration.remove().catch(onError)
      await store.relayOutbox((messages) => queue.send(messages)).catch(() => undefined)
      await consumer.close()
    },
  }
}

/** Work in a span, in the trace of the request that has queued it. */
const traced =
  <Claim extends { id: string; teamId: string; attempt: number; traceparent: string | null }>(
    span: string,
    work: (claim: Claim) => Promise<void>,
  ) =>
  (claim: Claim): Promise<void> => {
    const attributes = { 'anneal.id': claim.id, 'anneal.team': claim.teamId, 'anneal.attempt': claim.attempt }
    return inSpan(span, { parent: claim.traceparent, attributes }, () => work(claim))
  }
