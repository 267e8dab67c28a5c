import { AppError } from '../errors.ts'
import {
  ACTIONS,
  ACTIVE_STATES,
  ENDED_STATES,
  TRANSITIONS,
  type JobAction,
  type JobState,
} from '../service/job-states.ts'
import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { JobMove } from '../service/ports/job-claims.ts'
import { publicReason } from '../service/public-text.ts'
import type { Reason } from '../service/resources.ts'
import { endAttempt } from './attempts.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import { requireDependencies, settleDependants } from './job-dependencies.ts'
import { LIMIT_REACHED, limitReason, type Limit, type LimitedJob } from './job-limits.ts'
import { meterJob } from './metering.ts'
import { notifyOfJob } from './notices.ts'
import type { Transaction } from './prisma-types.ts'
import { requireSources } from './submission.ts'

export const CANCELED: Reason = { code: 'canceled', fault: 'user', retryable: false, detail: 'Canceled.' }

export interface LockedJob extends LimitedJob {
  state: JobState
  teamId: string
  token: number
  wish: string | null
  pauseAt: number | null
  reached: number
  deaths: number
  blocked: boolean
  limit: Limit | null
  limitReached: Limit | null
  /** Whether the lease of its worker has run out, by the database's clock. */
  expired: boolean
  now: Date
}

/** The row of a job, which nobody else changes until the transaction ends. */
export async function lockJob(tx: Transaction, id: string, teamId?: string): Promise<LockedJob | undefined> {
  const [row] = await tx.$queryRaw<LockedJob[]>`
    SELECT "teamId", "state", "token", "wish", "pauseAt", "reached", "deaths",
      "blocked", "limitReached", "deadline", "maxRunSeconds", "maxWaitSeconds", "failedDependency", ${LIMIT_REACHED} AS "limit",
      coalesce("leaseUntil" < ${NOW}, false) AS "expired", ${NOW} AS "now"
    FROM "Job" WHERE "id" = ${id} FOR UPDATE`
  return teamId === undefined || row?.teamId === teamId ? row : undefined
}

/** The one place where a job's state changes: with its transition, its event and, where it is to run, its message. */
export async function move(
  tx: Transaction,
  id: string,
  {
    from,
    to,
    fair,
    reason,
    data = {},
  }: {
    from: JobState
    to: JobState
    fair: FairShareSettings
    reason?: Reason
    data?: Prisma.JobUpdateManyMutationInput
  },
): Promise<void> {
  if (!TRANSITIONS[from].includes(to)) throw new AppError('internal', `Job ${id} cannot go from ${from} to ${to}.`)
  if (ACTIVE_STATES.includes(from)) await meterJob(tx, id, fair)
  const told = reason === undefined ? undefined : publicReason(reason)
  if (ACTIVE_STATES.includes(from) && !ACTIVE_STATES.includes(to)) {
    await endAttempt(tx, id, { outcome: to, reason: told })
    await tx.$executeRaw`DELETE FROM "Gang" WHERE "jobId" = ${id}`
  }
  const why = told === undefined ? Prisma.DbNull : (told as Prisma.InputJsonValue)
  const { count } = await tx.job.updateMany({
    where: { id, state: from },
    data: {
      state: to,
      reason: why,
      endedAt: ENDED_STATES.includes(to) ? new Date() : null,
      ...(ACTIVE_STATES.includes(to) ? {} : { leaseUntil: null, meteredAt: null, preemption: Prisma.DbNull }),
      ...data,
    },
  })
  if (count === 0) throw new AppError('internal', `Job ${id} is not ${from} any more.`)
  await tx.transition.create({ data: { jobId: id, from, to, ...(reason === undefined ? {} : { reason: why }) } })
  await tx.event.create({ data: { jobId: id, type: 'state', data: { from, to, reason: told ?? null } } })
  if (to !== from) await notifyOfJob(tx, id, from)
  if (ENDED_STATES.includes(to)) await settleDependants(tx, id, to)
  if (to !== 'queued') return
  const [queued] = await tx.$queryRaw<{ token: number }[]>`
    UPDATE "Job" SET "queuedAt" = ${NOW} WHERE "id" = ${id} RETURNING "token"`
  const token = queued?.token ?? 0
  await tx.outbox.create({ data: { kind: 'job', ref: id, token } })
}

/** A job that somebody queues again begins with a clean slate. */
const CLEAN_SLATE = {
  deaths: 0,
  failures: 0,
  notBefore: null,
  accumulationFactor: 1,
  limitReached: null,
  failedDependency: null,
} satisfies Prisma.JobUpdateManyMutationInput

/** What is written with the state when a user requests something. */
function consequences(action: JobAction, { pauseAt, reached }: LockedJob): Prisma.JobUpdateManyMutationInput {
  if (action === 'cancel' || action === 'stop') return { wish: action }
  if (action === 'pause') return {}
  const waited = pauseAt !== null && reached >= pauseAt
  return { wish: null, ...CLEAN_SLATE, ...(waited ? { pauseAt: null } : {}) }
}

function reasonOf(action: JobAction, to: JobState): { reason?: Reason } {
  if (to !== 'canceled' && to !== 'stopped') return {}
  const detail =
    action === 'cancel' ? 'Canceled before it ran.' : 'Stopped while it was queued; its checkpoints are kept.'
  return { reason: { code: to, fault: 'user', retryable: false, detail } }
}

/** @throws AppError `wrong_state` for a job that would end at once by one of its limits */
function requireTimeLeft(id: string, { limit, deadline, maxRunSeconds }: LockedJob): void {
  if (limit !== 'deadline' && limit !== 'maxRunSeconds') return
  const reached =
    limit === 'deadline' ? `deadline, ${deadline?.toISOString() ?? ''}` : `maxRunSeconds, ${String(maxRunSeconds)}`
  throw new AppError('wrong_state', `Job ${id} is at its ${reached}; change that before it is queued again.`)
}

/** Does what somebody asks, at once or by telling the job's worker. @returns false in a state that does not allow it. */
export async function ask(
  tx: Transaction,
  { teamId, id, action, fair }: { teamId: string; id: string; action: JobAction; fair: FairShareSettings },
): Promise<boolean> {
  const job = await lockJob(tx, id, teamId)
  const to = job === undefined ? undefined : ACTIONS[action][job.state]
  if (job === undefined || to === undefined) return false
  if (to === 'queued') {
    await requireSources(tx, id)
    requireTimeLeft(id, job)
    await requireDependencies(tx, id)
  }
  const data = consequences(action, job)
  if (to === job.state) await tx.job.updateMany({ where: { id }, data })
  else await move(tx, id, { from: job.state, to, data, fair, ...reasonOf(action, to) })
  return true
}

/**
 * Makes the first of the moves that starts at the job's state.
 * @returns false when the token is not the newest any more, or none does
 */
export async function moveClaimed(
  tx: Transaction,
  { id, token, fair }: { id: string; token: number; fair: FairShareSettings },
  moves: readonly JobMove[],
): Promise<boolean> {
  const job = await lockJob(tx, id)
  if (job?.token !== token) return false
  const fitting = moves.map((made) => unlessCanceled(made, job)).find(({ from }) => from.includes(job.state))
  // A connection that broke while it was answered leaves a move made: its worker asks for it again, and has it.
  if (fitting === undefined) return moves.some((made) => unlessCanceled(made, job).to === job.state)
  await apply(tx, id, { ...job, fair }, fitting)
  return true
}

/** A request to cancel that was accepted holds, although the worker has come to another end before it saw it. */
function unlessCanceled(made: JobMove, { wish }: LockedJob): JobMove {
  if (wish !== 'cancel' || made.to === undefined || made.to === 'canceled' || ACTIVE_STATES.includes(made.to))
    return made
  return { from: made.from, to: 'canceled', reason: CANCELED }
}

async function apply(
  tx: Transaction,
  id: string,
  job: LockedJob & { fair: FairShareSettings },
  { to, reason: given, reached, retryAfterMs, accumulationFactor }: JobMove,
): Promise<void> {
  if (to === undefined) return
  const { state: from, now, fair, limitReached } = job
  const reason = to === 'stopped' && limitReached !== null ? limitReason(limitReached, job) : given
  const notBefore = retryAfterMs === undefined ? null : new Date(now.getTime() + retryAfterMs)
  await move(tx, id, {
    from,
    to,
    fair,
    data: {
      ...(reached === undefined ? {} : { reached }),
      ...(to === 'queued' ? { notBefore } : {}),
      ...(retryAfterMs === undefined ? {} : { failures: { increment: 1 } }),
      ...(accumulationFactor === undefined ? {} : { accumulationFactor }),
    },
    ...(reason === undefined ? {} : { reason }),
  })
}
