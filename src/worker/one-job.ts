import { AppError } from '../errors.ts'
import { needsOf, needsText } from '../service/job-needs.ts'
import { ENDED_STATES, type JobState } from '../service/job-states.ts'
import type { JobClaim } from '../service/ports/job-claims.ts'
import type { NamedJob } from '../service/ports/workers.ts'
import { DevicePool } from './device-pool.ts'
import { register } from './registration.ts'
import { runJob } from './run-job.ts'
import type { WorkerOptions } from './worker.ts'

/**
 * Claims one job, runs it, and returns the state that it is in then: `queued` where it was handed back, or is to be tried again. A job that has
 * succeeded already is not run. The worker registers as draining, so that it counts for no other job.
 * @param stop hands the job back with a checkpoint
 * @throws AppError `not_found`; `wrong_state` for one that does not wait, or that needs what this worker has not; `conflict` for one that another worker holds
 */
export async function runOneJob(
  id: string,
  options: Omit<WorkerOptions, 'consume' | 'ingest' | 'imports' | 'models' | 'items' | 'webhooks'>,
  stop: AbortSignal,
): Promise<JobState> {
  const { store, log, leaseMs, devices, queue } = options
  const registration = await register(store, options.identity, { log, begins: 'draining' })
  try {
    const found = await store.namedJob(id, options.identity.id)
    if (found?.state === 'succeeded') return 'succeeded'
    requireClaimable(id, found)
    const claim = await store.claimJob(id, leaseMs, devices)
    if (claim === undefined) return await unclaimed(id, options)
    await runClaimed(claim, options, stop)
    return (await store.namedJob(id, options.identity.id))?.state ?? 'canceled'
  } finally {
    await store.relayOutbox((messages) => queue.send(messages)).catch(() => undefined)
    await registration.remove()
  }
}

async function runClaimed(
  claim: JobClaim,
  options: Parameters<typeof runOneJob>[1],
  shutdown: AbortSignal,
): Promise<void> {
  const { log, spawnTrainer } = options
  log.info({ event: 'job_started', jobId: claim.id, attempt: claim.attempt, token: claim.token })
  const places = new DevicePool(options.identity.devices).take(claim.devices, claim.resources)
  await runJob(claim, { ...options, trainer: () => spawnTrainer(places), shutdown })
  log.info({ event: 'work_finished', kind: 'job', ref: claim.id })
}

/** A claim may end a job instead, such as one that was to be canceled, or find that another worker was faster. */
async function unclaimed(id: string, { store, identity }: Parameters<typeof runOneJob>[1]): Promise<JobState> {
  const found = await store.namedJob(id, identity.id)
  if (found !== undefined && (ENDED_STATES.includes(found.state) || found.state === 'paused')) return found.state
  requireClaimable(id, found)
  throw new AppError('wrong_state', `Job ${id} cannot be run now: its team is suspended.`)
}

function requireClaimable(id: string, found: NamedJob | undefined): asserts found is NamedJob {
  if (found === undefined) throw new AppError('not_found', `There is no job ${id}.`)
  const { state, heldBy, blocked, resources, fits } = found
  if (heldBy !== null) throw new AppError('conflict', `Job ${id} is ${state}: worker ${heldBy} holds it.`)
  if (ENDED_STATES.includes(state))
    throw new AppError('wrong_state', `Job ${id} is ${state}; it runs again once it is retried: anneal retry ${id}`)
  if (state === 'paused')
    throw new AppError('wrong_state', `Job ${id} is paused; it runs again once it is resumed: anneal resume ${id}`)
  if (blocked) throw new AppError('wrong_state', `Job ${id} runs after others that are not done.`)
  if (!fits)
    throw new AppError(
      'wrong_state',
      `Job ${id} needs a worker ${needsText(needsOf(resources))}; this one has not all of it.`,
    )
}
