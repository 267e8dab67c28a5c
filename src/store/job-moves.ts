import { AppError } from '../errors.ts'
import { ACTIONS, ACTIVE_STATES, type JobAction, type JobState } from '../service/job-states.ts'
import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { JobMove } from '../service/ports/job-claims.ts'
import type { Reason } from '../service/resources.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import { requireDependencies } from './job-dependencies.ts'
import { LIMIT_REACHED, limitReason, type Limit, type LimitedJob } from './job-limits.ts'
import { changeJob, move, type JobChanges } from './job-state.ts'
import type { Statements, Transaction } from './prisma-types.ts'
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
export async function lockJob(tx: Statements, id: string, teamId?: string): Promise<LockedJob | undefined> {
  const [row] = await tx.$queryRaw<LockedJob[]>`
    SELECT "teamId", "state", "token", "wish", "pauseAt", "reached", "deaths",
      "blocked", "limitReached", "deadline", "maxRunSeconds", "maxWaitSeconds", "failedDependency", ${LIMIT_REACHED} AS "limit",
      coalesce("leaseUntil" < ${NOW}, false) AS "expired", ${NOW} AS "now"
    FROM "Job" WHERE "id" = ${id} FOR UPDATE`
  return teamId === undefined || row?.teamId === teamId ? row : undefined
}

/** A job that somebody queues again begins with a clean slate. */
const CLEAN_SLATE = {
  deaths: 0,
  failures: 0,
  notBefore: null,
  accumulationFactor: 1,
  limitReached: null,
  failedDependency: null,
} satisfies JobChanges

/** What is written with the state when a user requests something. */
function consequences(action: JobAction, { pauseAt, reached }: LockedJob): JobChanges {
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
  const changes = consequences(action, job)
  if (to === job.state) await changeJob(tx, id, changes)
  else await move(tx, id, { from: job.state, to, changes, fair, ...reasonOf(action, to) })
  return true
}

/**
 * Makes the first of the moves that starts at the job's state.
 * @returns false when the token is not the newest any more, or none does
 */
export async function moveClaimed(
  tx: Statements,
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
  tx: Statements,
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
    changes: {
      ...(reached === undefined ? {} : { reached }),
      ...(to === 'queued' ? { notBefore } : {}),
      ...(retryAfterMs === undefined ? {} : { failures: Prisma.sql`"failures" + 1` }),
      ...(accumulationFactor === undefined ? {} : { accumulationFactor }),
    },
    ...(reason === undefined ? {} : { reason }),
  })
}
