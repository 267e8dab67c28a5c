import { AppError } from '../errors.ts'
import {
  ACTIONS,
  ACTIVE_STATES,
  ENDED_STATES,
  TRANSITIONS,
  type JobAction,
  type JobState,
} from '../service/job-states.ts'
import type { JobMove, Store } from '../service/ports.ts'
import type { Reason } from '../service/resources.ts'
import { namedCheckpoints } from '../spec/resolve.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import type { TaskKind } from '../spec/tasks.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'

type Transaction = Prisma.TransactionClient

export const leaseUntil = (leaseMs: number): Date => new Date(Date.now() + leaseMs)

interface LockedJob {
  state: JobState
  token: number
  wish: string | null
  pauseAt: number | null
  reached: number
  leaseUntil: Date | null
}

/** The row of a job, which nobody else changes until the transaction ends. */
export async function lockJob(tx: Transaction, id: string, teamId?: string): Promise<LockedJob | undefined> {
  const [row] = await tx.$queryRaw<(LockedJob & { teamId: string })[]>`
    SELECT "teamId", "state", "token", "wish", "pauseAt", "reached", "leaseUntil" FROM "Job" WHERE "id" = ${id} FOR UPDATE`
  return teamId === undefined || row?.teamId === teamId ? row : undefined
}

/** The one place where a job's state changes: with its transition, its event and, where it is to run, its message. */
export async function move(
  tx: Transaction,
  id: string,
  {
    from,
    to,
    reason,
    data = {},
  }: { from: JobState; to: JobState; reason?: Reason; data?: Prisma.JobUpdateManyMutationInput },
): Promise<void> {
  if (!TRANSITIONS[from].includes(to)) throw new AppError('internal', `Job ${id} cannot go from ${from} to ${to}.`)
  const why = reason === undefined ? Prisma.DbNull : (reason as Prisma.InputJsonValue)
  const { count } = await tx.job.updateMany({
    where: { id, state: from },
    data: {
      ...{ state: to, reason: why, endedAt: ENDED_STATES.includes(to) ? new Date() : null },
      ...(ACTIVE_STATES.includes(to) ? {} : { leaseUntil: null }),
      ...data,
    },
  })
  if (count === 0) throw new AppError('internal', `Job ${id} is not ${from} any more.`)
  await tx.transition.create({ data: { jobId: id, from, to, ...(reason === undefined ? {} : { reason: why }) } })
  await tx.event.create({ data: { jobId: id, type: 'state', data: { from, to, reason: reason ?? null } } })
  if (to !== 'queued') return
  const { token } = await tx.job.findUniqueOrThrow({ where: { id }, select: { token: true } })
  await tx.outbox.create({ data: { kind: 'job', ref: id, token } })
}

/** What is written beside the state when somebody asks for something. */
function consequences(action: JobAction, { pauseAt, reached }: LockedJob): Prisma.JobUpdateManyMutationInput {
  if (action === 'cancel' || action === 'stop') return { wish: action }
  if (action === 'pause') return {}
  const waited = pauseAt !== null && reached >= pauseAt
  return { wish: null, ...(waited ? { pauseAt: null } : {}) }
}

function reasonOf(action: JobAction, to: JobState): { reason?: Reason } {
  if (to !== 'canceled' && to !== 'stopped') return {}
  const detail = action === 'cancel' ? 'Canceled before it ran.' : 'Stopped while it waited; its checkpoints are kept.'
  return { reason: { code: to, fault: 'user', retryable: false, detail } }
}

/** Does what somebody asks, at once or by telling the job's worker. @returns false in a state that does not allow it. */
export async function ask(
  tx: Transaction,
  { teamId, id, action }: { teamId: string; id: string; action: JobAction },
): Promise<boolean> {
  const job = await lockJob(tx, id, teamId)
  const to = job === undefined ? undefined : ACTIONS[action][job.state]
  if (job === undefined || to === undefined) return false
  const data = consequences(action, job)
  if (to === job.state) await tx.job.update({ where: { id }, data })
  else await move(tx, id, { from: job.state, to, data, ...reasonOf(action, to) })
  return true
}

/** How jobs are claimed, moved and asked to do something else. */
export function jobMoves(prisma: PrismaClient): Pick<Store, 'askJob' | 'claimJob' | 'renewJob' | 'moveJob'> {
  return {
    askJob: (teamId, id, action) => prisma.$transaction((tx) => ask(tx, { teamId, id, action })),
    claimJob: (id, leaseMs) =>
      prisma.$transaction(async (tx) => {
        const job = await lockJob(tx, id)
        if (job === undefined || !isClaimable(job)) return undefined
        const from = job.state
        if (job.wish === 'cancel') {
          const reason = { code: 'canceled', fault: 'user', retryable: false, detail: 'Canceled.' } as const
          await move(tx, id, { from, to: 'canceled', reason })
          return undefined
        }
        if (from === 'pausing') {
          await move(tx, id, { from, to: 'paused' })
          return undefined
        }
        const data = { token: { increment: 1 }, attempt: { increment: 1 }, leaseUntil: leaseUntil(leaseMs) }
        await move(tx, id, { from, to: job.wish === 'stop' ? 'stopping' : 'starting', data })
        return claimOf(tx, id)
      }),
    async renewJob(id, token, leaseMs) {
      const [row] = await prisma.job.updateManyAndReturn({
        where: { id, token, state: { in: [...ACTIVE_STATES] } },
        data: { leaseUntil: leaseUntil(leaseMs) },
        select: { wish: true, state: true },
      })
      const wish = row?.wish ?? (row?.state === 'pausing' ? 'pause' : undefined)
      return { held: row !== undefined, ...(wish === undefined ? {} : { wish: wish as 'cancel' | 'pause' | 'stop' }) }
    },
    moveJob: (id, token, ...moves) =>
      prisma.$transaction(async (tx) => {
        const job = await lockJob(tx, id)
        if (job?.token !== token) return false
        const fitting = moves.find(({ from }) => from.includes(job.state))
        if (fitting === undefined) return false
        await apply(tx, id, job.state, fitting)
        return true
      }),
  }
}

function isClaimable({ state, leaseUntil: until }: LockedJob): boolean {
  return state === 'queued' || (ACTIVE_STATES.includes(state) && until !== null && until < new Date())
}

async function apply(tx: Transaction, id: string, from: JobState, { to, reason, reached }: JobMove): Promise<void> {
  if (to === undefined) return
  await move(tx, id, {
    ...{ from, to, data: reached === undefined ? {} : { reached } },
    ...(reason === undefined ? {} : { reason }),
  })
}

async function claimOf(tx: Transaction, id: string): ReturnType<Store['claimJob']> {
  const row = await tx.job.findUniqueOrThrow({
    where: { id },
    include: { dataset: { select: { packedKey: true } }, checkpoints: true, artifacts: true },
  })
  const { token, attempt, specHash, datasetId, dataset, checkpoints, artifacts, pauseAt, wish, kind, task } = row
  const spec = row.spec as unknown as ResolvedSpec
  const named = await tx.checkpoint.findMany({
    where: { id: { in: namedCheckpoints(spec) }, job: { teamId: row.teamId } },
    select: { id: true, blobKey: true },
  })
  return {
    ...{ id, token, attempt, specHash, datasetId, packedKey: dataset.packedKey ?? '', spec },
    reasons: row.reasons as Record<string, string>,
    namedKeys: Object.fromEntries(named.map((checkpoint) => [checkpoint.id, checkpoint.blobKey])),
    ...(pauseAt === null ? {} : { pauseAt }),
    kind: kind as TaskKind,
    ...(task === null ? {} : { task }),
    finish: wish === 'stop',
    checkpoints: checkpoints.map(({ kind, blobKey, sha256 }) => ({ kind, blobKey, sha256 })),
    artifacts: artifacts.map(({ kind, blobKey }) => ({ kind, blobKey })),
  }
}
