import { setMaxListeners } from 'node:events'
import type { JobClaim } from '../service/ports/job-claims.ts'
import { DevicePool } from './device-pool.ts'
import { startLane, type Lane } from './lane.ts'
import { ReadyTrainer } from './ready-trainer.ts'
import { runJob } from './run-job.ts'
import type { WorkerOptions } from './worker.ts'

interface JobLane {
  lane: Lane
  /** Ends the trainer that waits for a job. */
  close(): void
}

/**
 * Runs as many jobs at a time as there are devices for: each has its devices alone, and its trainer sees no others. A job that needs more than
 * are free is waited for by the store's reservation, which the next looks renew.
 */
export function startJobLane(
  options: WorkerOptions,
  {
    claiming,
    work,
    stopping,
    onError,
  }: {
    /** What is claimed of this, unless the worker is to claim nothing. */
    claiming: (claim: () => Promise<JobClaim | undefined>) => () => Promise<JobClaim | undefined>
    /** Does a job's work in its span. */
    work: (run: (claim: JobClaim) => Promise<void>) => (claim: JobClaim) => Promise<void>
    stopping: AbortSignal
    onError: (error: unknown) => void
  },
): JobLane {
  const { store, log, leaseMs, devices, identity } = options
  const pool = new DevicePool(identity.devices)
  const ready = new ReadyTrainer(options.spawnTrainer)
  setMaxListeners(0, stopping)
  ready.prepare(pool.free)
  const run = async (claim: JobClaim): Promise<void> => {
    const places = pool.take(claim.devices, claim.resources, ready.place)
    log.info({ event: 'job_started', jobId: claim.id, attempt: claim.attempt, token: claim.token, devices: places })
    try {
      await runJob(claim, { ...options, trainer: () => ready.take(places), shutdown: stopping })
    } finally {
      pool.release(places)
      if (!stopping.aborted) ready.prepare(pool.free)
    }
    log.info({ event: 'work_finished', kind: 'job', ref: claim.id })
  }
  const lane = startLane<JobClaim>({
    name: 'jobs',
    slots: identity.devices.length,
    next: claiming(() => store.claimNextJob(leaseMs, { ...devices, free: pool.free })),
    work: work(run),
    onError,
  })
  return { lane, close: () => ready.kill() }
}
