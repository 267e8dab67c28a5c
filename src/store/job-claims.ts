import { ACTIVE_STATES } from '../service/job-states.ts'
import type { JobClaim, JobClaims } from '../service/ports/job-claims.ts'
import type { Progress } from '../service/resources.ts'
import { namedCheckpoints } from '../job-spec/named-checkpoints.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { TaskKind } from '../job-spec/tasks.ts'
import { claimNext, MAX_DEATHS, poison } from './claiming.ts'
import { NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { lockJob, move, moveClaimed, type LockedJob } from './job-moves.ts'
import { record } from './job-records.ts'
import { renewLease, SHARE } from './metering.ts'
import type { Transaction } from './prisma-types.ts'

const POISON = poison('ran it, with no progress in between', ' It can be retried.')

/** Two conditions, each of which an index answers: together, every job that has ended would be looked at. */
const QUEUED = Prisma.sql`("state" = 'queued' AND ("notBefore" IS NULL OR "notBefore" <= ${NOW}))`
const LOST = Prisma.sql`("state" = ANY(${[...ACTIVE_STATES]}) AND "leaseUntil" < ${NOW})`

/** How workers get jobs, keep their leases, and write results. */
export function jobClaims(prisma: PrismaClient): JobClaims {
  return {
    claimJob: (id, leaseMs) => prisma.$transaction((tx) => claim(tx, id, leaseMs)),
    claimNextJob: (leaseMs) => claimNext(prisma, nextJob, (tx, id) => claim(tx, id, leaseMs)),
    async renewJob(id, token, leaseMs) {
      const row = await renewLease(prisma, id, token, leaseMs)
      const wish = row?.wish ?? (row?.state === 'pausing' ? 'pause' : undefined)
      return {
        held: row !== undefined,
        ...(wish === undefined ? {} : { requestedAction: wish as 'cancel' | 'pause' | 'stop' }),
      }
    },
    recordJob: (id, token, added) => prisma.$transaction((tx) => record(tx, { id, token }, added)),
    moveJob: (id, token, ...moves) => prisma.$transaction((tx) => moveClaimed(tx, { id, token }, moves)),
  }
}

/** Claims wait for one another: two that looked at once would give both devices to one team. */
const CLAIMING = 0x616e6e65

/**
 * Of the team that has had the least device time over its weight: the oldest job that its worker has lost, or else that is queued. Nobody
 * else gets it until the transaction ends.
 */
async function nextJob(tx: Transaction): Promise<string | undefined> {
  if ((await teamsInLine(tx)).length === 0) return undefined
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CLAIMING})`
  for (const { id } of await teamsInLine(tx))
    for (const condition of [LOST, QUEUED]) {
      const [job] = await tx.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM "Job" WHERE "teamId" = ${id} AND ${condition} ORDER BY "createdAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED`
      if (job !== undefined) return job.id
    }
  return undefined
}

/** Teams with jobs that may run; the team with the least device time over its weight first. */
const teamsInLine = (tx: Transaction): Promise<{ id: string }[]> => tx.$queryRaw`
  SELECT "Team"."id" FROM "Team", LATERAL (
    SELECT least(
      (SELECT "createdAt" FROM "Job" WHERE "teamId" = "Team"."id" AND ${QUEUED} ORDER BY "createdAt", "id" LIMIT 1),
      (SELECT min("createdAt") FROM "Job" WHERE "teamId" = "Team"."id" AND ${LOST})
    ) AS "since"
  ) AS oldest
  WHERE oldest."since" IS NOT NULL
  ORDER BY ${SHARE}, oldest."since", "Team"."id"`

async function claim(tx: Transaction, id: string, leaseMs: number): Promise<JobClaim | undefined> {
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
  const deaths = ACTIVE_STATES.includes(from) ? job.deaths + 1 : job.deaths
  if (deaths >= MAX_DEATHS) {
    await move(tx, id, { from, to: 'failed', reason: POISON, data: { deaths } })
    return undefined
  }
  await move(tx, id, {
    from,
    to: job.wish === 'stop' ? 'stopping' : 'starting',
    data: {
      token: { increment: 1 },
      attempt: { increment: 1 },
      deaths,
      notBefore: null,
      leaseUntil: new Date(job.now.getTime() + leaseMs),
      meteredAt: job.now,
    },
  })
  return claimOf(tx, id)
}

function isClaimable({ state, expired }: LockedJob): boolean {
  return state === 'queued' || (ACTIVE_STATES.includes(state) && expired)
}

async function claimOf(tx: Transaction, id: string): Promise<JobClaim> {
  const row = await tx.job.findUniqueOrThrow({
    where: { id },
    omit: { report: true },
    include: {
      dataset: { select: { packedKey: true } },
      // The newest of each kind first, then the one before it.
      checkpoints: { orderBy: { supersededAt: { sort: 'desc', nulls: 'first' } } },
      artifacts: true,
    },
  })
  const spec = row.spec as unknown as ResolvedSpec
  const named = await tx.checkpoint.findMany({
    where: { id: { in: namedCheckpoints(spec) }, job: { teamId: row.teamId } },
    select: { id: true, blobKey: true, sha256: true },
  })
  return {
    id,
    teamId: row.teamId,
    token: row.token,
    attempt: row.attempt,
    deaths: row.deaths,
    failures: row.failures,
    reachedStep: (row.progress as Progress | null)?.step ?? 0,
    specHash: row.specHash,
    datasetId: row.datasetId,
    packedKey: row.dataset.packedKey ?? '',
    spec,
    reasons: row.reasons as Record<string, string>,
    named: Object.fromEntries(named.map(({ id: checkpointId, ...file }) => [checkpointId, file])),
    ...(row.pauseAt === null ? {} : { pauseAt: row.pauseAt }),
    kind: row.kind as TaskKind,
    ...(row.task === null ? {} : { task: row.task }),
    stopEarly: row.wish === 'stop',
    checkpoints: row.checkpoints.map(({ kind, step, blobKey, sha256 }) => ({ kind, step, blobKey, sha256 })),
    artifacts: row.artifacts.map(({ kind, blobKey }) => ({ kind, blobKey })),
  }
}
