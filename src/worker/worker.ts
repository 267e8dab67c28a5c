import type { Logger } from 'pino'
import type { Blobs, JobClaim, Message, Queue, Store } from '../service/ports.ts'
import type { Trainer } from '../train/spawn.ts'
import { LEASE_MS } from './heartbeat.ts'
import { runIngest } from './run-ingest.ts'
import { runJob } from './run-job.ts'

export interface WorkerOptions {
  store: Store
  blobs: Blobs
  queue: Queue
  log: Logger
  workDir: string
  /** Where downloaded weights are kept and come from. */
  weights: { cacheDir: string; endpoint: string }
  spawnTrainer: () => Trainer
  /** Starts taking messages. */
  consume: (handle: (message: Message) => Promise<void>) => { close(): Promise<void> }
}

export interface Worker {
  /** Hands the running job back and ends. */
  stop(): Promise<void>
}

const RECONCILE_MS = 1000
const LOST_AFTER_MS = 5000

/**
 * One worker for one device: takes messages, claims what they name, and runs it in a child process. A trainer that has loaded its engine
 * is kept ready. It also advances sweeps, relays the outbox and sends lost messages again.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { store, blobs, queue, log, workDir, weights } = options
  const stopping = new AbortController()
  let ready: Trainer | undefined = options.spawnTrainer()
  let running: Promise<void> = Promise.resolve()
  const takeTrainer = (): Trainer => {
    const taken = ready ?? options.spawnTrainer()
    ready = undefined
    return taken
  }

  async function handle({ kind, ref }: Message): Promise<void> {
    if (stopping.signal.aborted) return
    try {
      if (kind === 'dataset') {
        const claim = await store.claimDataset(ref, LEASE_MS)
        if (claim === undefined) return
        log.info({ event: 'ingest_started', datasetId: ref, attempt: claim.attempt })
        await runIngest(claim, { store, blobs, log, workDir, stop: stopping.signal })
      } else {
        const claim = await claimFairly(store, ref)
        if (claim === undefined) return
        log.info({ event: 'job_started', jobId: claim.id, attempt: claim.attempt, token: claim.token })
        await runJob(claim, { store, blobs, log, workDir, weights, trainer: takeTrainer, stop: stopping.signal })
        if (!stopping.signal.aborted) ready ??= options.spawnTrainer()
      }
      log.info({ event: 'work_ended', kind, ref })
    } catch (error) {
      log.error({
        event: 'work_failed',
        kind,
        ref,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
    }
  }

  const consumer = options.consume((message) => {
    running = handle(message)
    return running
  })
  const reconcile = setInterval(() => {
    advanceSweeps(store, log)
      .then(() => store.relayOutbox((messages) => queue.send(messages)))
      .then(async () => {
        const lost = await store.lostMessages(LOST_AFTER_MS)
        if (lost.length > 0) await queue.send(lost)
      })
      .catch((error: unknown) => {
        log.warn({ event: 'reconcile_failed', error: error instanceof Error ? error.message : String(error) })
      })
  }, RECONCILE_MS)

  return {
    async stop() {
      clearInterval(reconcile)
      stopping.abort()
      ready?.kill()
      await running
      await store.relayOutbox((messages) => queue.send(messages)).catch(() => undefined)
      await consumer.close()
    },
  }
}

/** A message says that there is a job to run, and which one if several workers race for the fairest. */
async function claimFairly(store: Store, ref: string): Promise<JobClaim | undefined> {
  const fairest = await store.fairestJob()
  const claim = fairest === undefined ? undefined : await store.claimJob(fairest, LEASE_MS)
  return claim ?? store.claimJob(ref, LEASE_MS)
}

/** One sweep that cannot go on holds up no other. */
async function advanceSweeps(store: Store, log: Logger): Promise<void> {
  for (const id of await store.runningSweeps())
    await store.advanceSweep(id).catch((error: unknown) => {
      log.error({ event: 'sweep_stuck', sweepId: id, error: error instanceof Error ? error.message : String(error) })
    })
}
