import { setMaxListeners } from 'node:events'
import type { JobClaim, WorkerDevices } from '../service/ports/job-claims.ts'
import type { NewWorker } from '../service/ports/workers.ts'
import type { Trainer } from '../train/process/spawn.ts'
import { DevicePool } from './device-pool.ts'
import { startLane, type Lane } from './lane.ts'
import { ReadyTrainer } from './ready-trainer.ts'
import { runMember } from './gang-member.ts'
import { runJob, type JobRunner } from './run-job.ts'

/** A claimed job with the places of its devices. */
interface AssignedJob extends JobClaim {
  places: readonly number[]
}

interface JobLaneOptions extends Omit<JobRunner, 'trainer' | 'shutdown'> {
  identity: NewWorker
  devices: WorkerDevices
  /** Starts a trainer for these of the devices of the worker. */
  spawnTrainer: (places: readonly number[]) => Trainer
}

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
  options: JobLaneOptions,
  {
    claiming,
    traced,
    stopping,
    onError,
  }: {
    /** What is claimed of this, unless the worker is to claim nothing. */
    claiming: (claim: () => Promise<AssignedJob | undefined>) => () => Promise<AssignedJob | undefined>
    /** Does a job's work in its span. */
    traced: (run: (job: AssignedJob) => Promise<void>) => (job: AssignedJob) => Promise<void>
    stopping: AbortSignal
    onError: (error: unknown) => void
  },
): JobLane {
  const { store, log, leaseMs, devices, identity } = options
  const pool = new DevicePool(identity.devices)
  const ready = new ReadyTrainer(options.spawnTrainer)
  setMaxListeners(0, stopping)
  const prepare = (): void => {
    if (!stopping.aborted) ready.prepare(pool.free)
  }
  prepare()
  /** Before anything else is looked for, so that no device is given twice. */
  const next = async (): Promise<AssignedJob | undefined> => {
    const claim = await store.claimNextJob(leaseMs, { ...devices, free: pool.free })
    return claim === undefined
      ? undefined
      : { ...claim, places: pool.take(claim.gang?.devices ?? claim.devices, claim.resources, ready.place) }
  }
  const run = traced(async (job) => {
    const { id, attempt, token, places } = job
    log.info({ event: 'job_started', jobId: id, attempt, token, devices: places })
    const trainer = (): Trainer => {
      const taken = ready.take(places)
      prepare()
      return taken
    }
    const { gang } = job
    if (gang === undefined || gang.firstRank === 0) await runJob(job, { ...options, trainer, shutdown: stopping })
    else {
      const trainers = places.map((place) => ready.take([place]))
      prepare()
      await runMember(job, gang, {
        ...options,
        trainers,
        workerId: identity.id,
        deviceKind: devices.kind,
        shutdown: stopping,
      })
    }
    log.info({ event: 'work_finished', kind: 'job', ref: id })
  })
  const lane = startLane<AssignedJob>({
    name: 'jobs',
    slots: identity.devices.length,
    next: claiming(next),
    work: (job) =>
      run(job).finally(() => {
        pool.release(job.places)
        prepare()
      }),
    onError,
  })
  return { lane, close: () => ready.kill() }
}
