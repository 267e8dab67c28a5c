import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { Quota } from '../service/ports/teams.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import { decayedSeconds, HELD, MONTH_SECONDS, WEIGHT } from './metering.ts'
import type { Transaction } from './prisma-types.ts'
import { limitOf } from './quota-limits.ts'

/** Claims wait for one another: two that looked at once would give both devices to one team. */
const CLAIMING = 0x616e6e65

/** Jobs in the queue, which wait for no other; the condition of a partial index. */
export const QUEUED = Prisma.sql`"state" = 'queued' AND NOT "blocked"`
/** Not those that wait after a failure. */
export const DUE = Prisma.sql`("notBefore" IS NULL OR "notBefore" <= ${NOW})`

/** Queued jobs of "line" that may run, in the order in which their team runs them. */
export const IN_LINE = Prisma.sql`
  FROM "Job" WHERE "Job"."teamId" = line."teamId" AND ${QUEUED} AND ${DUE} ORDER BY "priority" DESC, "createdAt", "id"`

/** The order of the index of the queue, and of no other: by a part of it, the planner may take one in which all jobs that have ended come first. */
const QUEUE_ORDER = Prisma.sql`"teamId", "priority" DESC, "createdAt", "id"`

/** Teams with queued jobs, one step along the index each. Needs WITH RECURSIVE. */
export const LINE = Prisma.sql`
  line AS (
    (SELECT "teamId" FROM "Job" WHERE ${QUEUED} ORDER BY ${QUEUE_ORDER} LIMIT 1)
    UNION ALL
    SELECT (SELECT "Job"."teamId" FROM "Job" WHERE ${QUEUED} AND "Job"."teamId" > line."teamId" ORDER BY ${QUEUE_ORDER} LIMIT 1)
    FROM line WHERE line."teamId" IS NOT NULL
  )`

/** Jobs that workers hold or have lost. */
export const HELD_JOBS = Prisma.sql`
  held AS MATERIALIZED (
    SELECT "id", "teamId", "priority", "createdAt", "devices", coalesce("leaseUntil" < ${NOW}, false) AS "lost",
      "state", "wish", "claimedAt", "preemption"
    FROM "Job" WHERE ${HELD}
  )`

/** Whether a row of "Team" that has so many jobs running may run one more. */
export const withinQuota = (quota: Quota, running: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (${running} < ${limitOf(quota, 'runningJobs')} AND ${MONTH_SECONDS} < 3600 * ${limitOf(quota, 'deviceHours')})`

/**
 * The job that is to run next, over two partial indexes: of the team with the least decayed device time over its weight, the one that its
 * worker lost, or else the queued one of the highest priority, and of those the oldest. Two of each team, since a row may be locked.
 * A team's share is computed once: it decays with the clock, which moves between two rows.
 */
export const nextJobStatement = (fair: FairShareSettings, quota: Quota): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE ${LINE}, ${HELD_JOBS}, devices AS (
    SELECT "teamId", count(*) AS "jobs", sum("devices") AS "devices" FROM held WHERE NOT "lost" GROUP BY "teamId"
  ), candidates AS (
    SELECT *, min("createdAt") OVER (PARTITION BY "teamId") AS "since" FROM (
      SELECT "teamId", "id", true AS "lost", "priority", "createdAt" FROM held WHERE "lost"
      UNION ALL
      SELECT line."teamId", head."id", false, head."priority", head."createdAt"
      FROM line CROSS JOIN LATERAL (SELECT "id", "priority", "createdAt" ${IN_LINE} LIMIT 2) AS head
    ) AS either
  ), teams AS MATERIALIZED (
    SELECT "Team"."id", ${decayedSeconds(fair, Prisma.sql`coalesce(devices."devices", 0)`)} / ${WEIGHT} AS "share",
      ${withinQuota(quota, Prisma.sql`coalesce(devices."jobs", 0)`)} AS "mayRun"
    FROM "Team" LEFT JOIN devices ON devices."teamId" = "Team"."id"
    WHERE "Team"."id" IN (SELECT "teamId" FROM candidates) AND "Team"."suspendedAt" IS NULL
  )
  SELECT "Job"."id" FROM candidates
  JOIN teams ON teams."id" = candidates."teamId"
  JOIN "Job" ON "Job"."id" = candidates."id"
  WHERE candidates."lost" OR teams."mayRun"
  ORDER BY teams."share", candidates."since", teams."id",
    candidates."lost" DESC, candidates."priority" DESC, candidates."createdAt", "Job"."id"
  LIMIT 1 FOR UPDATE OF "Job" SKIP LOCKED`

/** The job that is to run next, which nobody else gets until the transaction ends. */
export async function nextJob(tx: Transaction, statement: Prisma.Sql): Promise<string | undefined> {
  if (!(await isAnyClaimable(tx))) return undefined
  await waitForClaims(tx)
  const [job] = await tx.$queryRaw<{ id: string }[]>(statement)
  return job?.id
}

export async function waitForClaims(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CLAIMING})`
}

/** An idle worker looks once a second, and so waits for nobody where there is nothing. */
async function isAnyClaimable(tx: Transaction): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ any: boolean }[]>`
    SELECT (SELECT true FROM "Job" WHERE ${QUEUED} AND ${DUE} ORDER BY ${QUEUE_ORDER} LIMIT 1) IS NOT NULL
      OR EXISTS (SELECT 1 FROM "Job" WHERE ${HELD} AND "leaseUntil" < ${NOW}) AS "any"`
  return row?.any ?? false
}
