import type { Logger } from 'pino'
import type { Blobs } from '../service/ports/blobs.ts'
import type { Queue } from '../service/ports/queue.ts'
import type { Store } from '../service/ports/store.ts'
import type { SweepStore } from '../service/ports/sweeps.ts'
import { drainRemovedBlobs } from '../service/removed-blobs.ts'
import { reconcileFailures } from './worker-metrics.ts'

const EVERY_MS = 1000
/** Timers run early and late: a worker that is alone is not to miss its own next round. */
const BETWEEN_ROUNDS_MS = 0.8 * EVERY_MS
/** Partitions are made two months ahead. */
const PARTITIONS_EVERY_MS = 3_600_000

interface ReconcileDependencies {
  store: Store
  blobs: Blobs
  queue: Queue
  log: Logger
  /** How long what is deleted by rule is kept in the trash. */
  trashMs: number
  /** How long events and metrics are kept after the end of their job; 0: as long as the job. */
  historyMs: number
}

/** Advances sweeps, gives up jobs that are at a limit, has jobs make room for teams below their share, relays the outbox, deletes by the rules of teams, removes uploads and deliveries that have expired, what was in the trash long enough, workers that have fallen silent, and blobs that nothing refers to, once a second, one round at a time. Each round is done by one worker for all, the first that finds it due. */
export function startReconciling(dependencies: ReconcileDependencies): { stop(): Promise<void> } {
  const { store, blobs, queue, log, trashMs, historyMs } = dependencies
  let partitionsDueAt = 0
  const reconcile = async (): Promise<void> => {
    try {
      if (!(await store.beginRound('reconcile', BETWEEN_ROUNDS_MS))) return
      if (performance.now() >= partitionsDueAt) {
        await store.addHistoryPartitions()
        partitionsDueAt = performance.now() + PARTITIONS_EVERY_MS
      }
      await advanceSweeps(store, log)
      await store.settleDependants()
      for (const jobId of await store.endOverdueJobs()) log.info({ event: 'job_given_up', jobId })
      const preempted = await store.preemptJob()
      if (preempted !== undefined) log.info({ event: 'job_preempted', jobId: preempted })
      await store.relayOutbox((messages) => queue.send(messages))
      await store.expireUploads()
      const retained = await store.applyRetention(trashMs)
      if (retained !== undefined) log.info({ event: 'retention_applied', ...retained })
      if (historyMs > 0) {
        const jobs = await store.removeOldHistory(historyMs)
        if (jobs > 0) log.info({ event: 'history_removed', jobs })
      }
      await store.purgeDue()
      await drainRemovedBlobs(store, blobs)
      await store.expireDeliveries()
      for (const name of await store.removeLostWorkers()) log.warn({ event: 'worker_lost', worker: name })
    } catch (error) {
      reconcileFailures.inc()
      log.warn({ event: 'reconcile_failed', error: error instanceof Error ? error.message : String(error) })
    }
  }
  let round: Promise<void> | undefined
  const timer = setInterval(() => {
    round ??= reconcile().finally(() => (round = undefined))
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await round
    },
  }
}

/** One sweep that cannot be advanced holds up no other. */
async function advanceSweeps(store: SweepStore, log: Logger): Promise<void> {
  for (const id of await store.runningSweeps())
    await store.advanceSweep(id).catch((error: unknown) => {
      log.error({
        event: 'sweep_advance_failed',
        sweepId: id,
        error: error instanceof Error ? error.message : String(error),
      })
    })
}
