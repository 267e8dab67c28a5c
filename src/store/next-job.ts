import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { WorkerDevices } from '../service/ports/job-claims.ts'
import type { Quota } from '../service/ports/teams.ts'
import { claimingWorker, grantFor, isReservedBy, mayTake, reserve } from './claiming-worker.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import { decayedSeconds, HELD, MONTH_SECONDS, WEIGHT } from './metering.ts'
import type { Transaction } from './prisma-types.ts'
import { limitOf } from './quota-limits.ts'
import { gather } from './gangs.ts'
import { poolOf, servesSomehow } from './serving.ts'

/** Claims wait for one another: two that looked at once would give both devices to one team. */
const CLAIMING = 0x616e6e65

/** Jobs in the queue, which wait for no other; the condition of a partial index. */
export const QUEUED = Prisma.sql`"state" = 'queued' AND NOT "blocked"`
/** Not those that wait after a failure. */
export const DUE = Prisma.sql`("notBefore" IS NULL OR "notBefore" <= ${NOW})`

const JOB = Prisma.sql`"Job"`
const LINE_NEEDS = Prisma.sql`line."resources"`
const HELD_NEEDS = Prisma.sql`held."resources"`

/** The order of the index of the queue by what jobs need, and of no other: by a part of it, the planner may take one in which all jobs that have ended come first. */
const QUEUE_ORDER = Prisma.sql`"teamId", "resources", "priority" DESC, "createdAt", "id"`

/** Queued jobs of "line" that may run, in the order in which their team runs them. */
export const inLine = (which = Prisma.sql`true`): Prisma.Sql => Prisma.sql`
  FROM "Job" WHERE "Job"."teamId" = line."teamId" AND "Job"."resources" = line."resources" AND ${QUEUED} AND ${DUE} AND ${which}
  ORDER BY ${QUEUE_ORDER}`

/** Teams with queued jobs, and what these need: one step along the index each, however many jobs need the same. Needs WITH RECURSIVE. */
export const LINE = Prisma.sql`
  line AS (
    (SELECT "teamId", "resources" FROM "Job" WHERE ${QUEUED} ORDER BY ${QUEUE_ORDER} LIMIT 1)
    UNION ALL
    SELECT further.* FROM line CROSS JOIN LATERAL (
      SELECT "Job"."teamId", "Job"."resources" FROM "Job"
      WHERE ${QUEUED} AND ("Job"."teamId", "Job"."resources") > (line."teamId", line."resources") ORDER BY ${QUEUE_ORDER} LIMIT 1
    ) AS further
  )`

/** The worker that claims, unless it is to claim nothing. */
const claiming = (worker: WorkerDevices): Prisma.Sql => claimingWorker(worker, Prisma.sql`"state" = 'active'`)

/** Jobs that workers hold or have lost. */
export const HELD_JOBS = Prisma.sql`
  held AS MATERIALIZED (
    SELECT "id", "teamId", "priority", "createdAt", "devices", coalesce("leaseUntil" < ${NOW}, false) AS "lost",
      "state", "wish", "claimedAt", "preemption", "resources", "workerId", "reservedBy", "reservedUntil"
    FROM "Job" WHERE ${HELD}
  )`

/** Whether a row of "Team" that has so many jobs running may run one more. */
export const withinQuota = (quota: Quota, running: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (${running} < ${limitOf(quota, 'runningJobs')} AND ${MONTH_SECONDS} < 3600 * ${limitOf(quota, 'deviceHours')})`

/**
 * The job that a worker is to run next, of those that need nothing it does not have, over two partial indexes: the one that its devices wait
 * for; else of the pool that it prefers, and there of the team with the least decayed device time over its weight, the one that its worker
 * lost, or else the queued one of the highest priority, and of those the oldest. Two of each team and need, since a row may be locked.
 * A team's share is computed once: it decays with the clock, which moves between two rows.
 */
export const nextJobStatement = (
  fair: FairShareSettings,
  quota: Quota,
  worker: WorkerDevices,
): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE ${LINE}, ${claiming(worker)}, ${HELD_JOBS}, devices AS (
    SELECT "teamId", count(*) AS "jobs", sum("devices") AS "devices" FROM held WHERE NOT "lost" GROUP BY "teamId"
  ), candidates AS (
    SELECT *, min("createdAt") OVER (PARTITION BY "teamId") AS "since" FROM (
      SELECT "teamId", "id", true AS "lost", "priority", "createdAt", ${preference(HELD_NEEDS)} AS "pool",
        ${isReservedBy(worker.workerId, Prisma.sql`held`)} AS "reserved"
      FROM held CROSS JOIN worker
      WHERE "lost" AND ${servesSomehow(HELD_NEEDS)} AND ${mayTake(worker.workerId, Prisma.sql`held`, HELD_NEEDS)}
      UNION ALL
      SELECT line."teamId", head."id", false, head."priority", head."createdAt", ${preference(LINE_NEEDS)}, head."reserved"
      FROM line CROSS JOIN worker CROSS JOIN LATERAL (
        SELECT "id", "priority", "createdAt", ${isReservedBy(worker.workerId, JOB)} AS "reserved"
        ${inLine(mayTake(worker.workerId, JOB, LINE_NEEDS))} LIMIT 2
      ) AS head
      WHERE ${servesSomehow(LINE_NEEDS)}
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
  ORDER BY candidates."reserved" DESC, candidates."pool", teams."share", candidates."since", teams."id",
    candidates."lost" DESC, candidates."priority" DESC, candidates."createdAt", "Job"."id"
  LIMIT 1 FOR UPDATE OF "Job" SKIP LOCKED`

/** How much the worker prefers the pool that needs name: its own first. */
const preference = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`array_position(worker."pools", ${poolOf(needs)})`

interface Claiming {
  fair: FairShareSettings
  quota: Quota
  worker: WorkerDevices
}

interface NextJob {
  id: string
  /** How many it gets. */
  devices: number
}

/**
 * The job that a worker is to run next, which nobody else gets until the transaction ends. Where it needs more devices than are free, the
 * worker gets none: those that become free wait for it.
 */
export async function nextJob(tx: Transaction, { fair, quota, worker }: Claiming): Promise<NextJob | undefined> {
  if (!(await isAnyClaimable(tx, worker))) return undefined
  await waitForClaims(tx)
  const [job] = await tx.$queryRaw<{ id: string }[]>(nextJobStatement(fair, quota, worker))
  if (job === undefined) return undefined
  const { devices, wanted, isFree } = await grantFor(tx, job.id, worker)
  if (wanted > 1 && (await gather(tx, job.id, worker))) return undefined
  if (isFree) return { id: job.id, devices }
  await reserve(tx, job.id, worker)
  return undefined
}

export async function waitForClaims(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CLAIMING})`
}

/** An idle worker looks once a second, and so waits for nobody where there is nothing. */
async function isAnyClaimable(tx: Transaction, worker: WorkerDevices): Promise<boolean> {
  const { workerId } = worker
  const [row] = await tx.$queryRaw<{ any: boolean }[]>`
    WITH RECURSIVE ${LINE}, ${claiming(worker)}
    SELECT EXISTS (
        SELECT FROM line CROSS JOIN worker
        WHERE ${servesSomehow(LINE_NEEDS)} AND (SELECT true ${inLine(mayTake(workerId, JOB, LINE_NEEDS))} LIMIT 1)
      ) OR EXISTS (
        SELECT FROM "Job" AS held CROSS JOIN worker
        WHERE ${HELD} AND "leaseUntil" < ${NOW} AND ${servesSomehow(HELD_NEEDS)} AND ${mayTake(workerId, Prisma.sql`held`, HELD_NEEDS)}
      ) AS "any"`
  return row?.any ?? false
}
