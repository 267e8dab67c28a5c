import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { WorkerDevices } from '../service/ports/job-claims.ts'
import type { Quota } from '../service/ports/teams.ts'
import { claimingWorker, grantFor, isReservedBy, mayTake, reserve } from './claiming-worker.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import type { FirstStatement } from './joined-query.ts'
import { decayedSeconds, HELD, MONTH_SECONDS, WEIGHT } from './metering.ts'
import type { Statements } from './prisma-types.ts'
import { limitOf } from './quota-limits.ts'
import { gather } from './gangs.ts'
import { fitting, poolOf, serves, servesTogether, wanted } from './serving.ts'
import type { TransactionLimits } from './transaction-limits.ts'

/** Claims wait for one another: two that looked at once would give both devices to one team. */
const CLAIMING = 0x616e6e65
/** For one round trip with a claim, which a connection plans once: its plan depends on no value, and planning takes as long as running it. */
export const afterClaims = ({ claimWaitMs }: TransactionLimits): FirstStatement => ({
  name: 'anneal_wait_for_claims',
  text: `SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('lock_timeout', $1, true), pg_advisory_xact_lock($2)`,
  values: [String(claimWaitMs), CLAIMING],
})

/** Jobs in the queue, which wait for no other; the condition of a partial index. */
export const QUEUED = Prisma.sql`"state" = 'queued' AND NOT "blocked"`
/** Not those that wait after a failure. */
export const DUE = Prisma.sql`("notBefore" IS NULL OR "notBefore" <= ${NOW})`

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

const NEEDS = Prisma.sql`needs."resources"`

/** Of a worker. */
const MAY_CLAIM = Prisma.sql`"state" = 'active'`

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

/** What jobs of "line" need that the worker has, and for each whether enough of it is free. */
const servedNeedsOf = (needs: Prisma.Sql): Prisma.Sql => Prisma.sql`
  needs AS MATERIALIZED (
    SELECT needs."resources", fitting."free", least(${wanted(NEEDS)}, fitting."total") <= fitting."free" AS "isEnough",
      array_position(worker."pools", ${poolOf(NEEDS)}) AS "pool"
    FROM (${needs}) AS needs CROSS JOIN worker CROSS JOIN LATERAL (
      SELECT ${fitting(Prisma.sql`worker."devices"`, NEEDS)} AS "total", ${fitting(Prisma.sql`worker."free"`, NEEDS)} AS "free" OFFSET 0
    ) AS fitting
    WHERE ${serves(NEEDS, Prisma.sql`fitting."total"`)} OR ${servesTogether(NEEDS)}
  )`

/**
 * Parts of a statement that choose the job which a worker is to run next, of those that need nothing it does not have: the one that its
 * devices wait for; else of the pool that it prefers, and there of the team with the least decayed device time over its weight, the one that
 * its worker lost, or else the queued one of the highest priority, and of those the oldest. Rows that are locked are passed over. "chosen" is
 * the job, with the worker's devices that are free for it. The heads of lines are looked up in the order of their teams until there is one:
 * what a team would run is read of those alone that may be next. A team's share is computed once: it decays with the clock, which moves between two rows.
 */
export const choosing = (fair: FairShareSettings, quota: Quota, worker: WorkerDevices): Prisma.Sql => {
  const { workerId } = worker
  const head = Prisma.sql`
    SELECT "id", "priority", "createdAt" ${inLine(mayTake(workerId, Prisma.sql`"Job"`, Prisma.sql`line."isEnough"`))}
    LIMIT 1 FOR UPDATE OF "Job" SKIP LOCKED`
  return Prisma.sql`
  ${LINE}, ${claimingWorker(worker, MAY_CLAIM)}, ${HELD_JOBS}, devices AS (
    SELECT "teamId", count(*) AS "jobs", sum("devices") AS "devices" FROM held WHERE NOT "lost" GROUP BY "teamId"
  ), ${servedNeedsOf(Prisma.sql`SELECT "resources" FROM line UNION SELECT "resources" FROM held WHERE "lost"`)}, teams AS MATERIALIZED (
    SELECT "Team"."id", ${decayedSeconds(fair, Prisma.sql`coalesce(devices."devices", 0)`)} / ${WEIGHT} AS "share",
      ${withinQuota(quota, Prisma.sql`coalesce(devices."jobs", 0)`)} AS "mayRun"
    FROM "Team" LEFT JOIN devices ON devices."teamId" = "Team"."id"
    WHERE "Team"."id" IN (SELECT "teamId" FROM line UNION SELECT "teamId" FROM held WHERE "lost") AND "Team"."suspendedAt" IS NULL
  ), lines AS MATERIALIZED (
    SELECT line."teamId", needs.*, teams."share"
    FROM line JOIN needs ON needs."resources" = line."resources" JOIN teams ON teams."id" = line."teamId" AND teams."mayRun"
  ), kept AS MATERIALIZED (
    SELECT "Job"."id", "Job"."teamId", line."pool", line."share", line."free", "Job"."priority", "Job"."createdAt"
    FROM "Job" JOIN lines AS line ON line."teamId" = "Job"."teamId" AND line."resources" = "Job"."resources"
    WHERE "Job"."reservedBy" = ${workerId ?? ''} AND "Job"."reservedUntil" > ${NOW} AND ${QUEUED} AND ${DUE} FOR UPDATE OF "Job" SKIP LOCKED
  ), lost AS MATERIALIZED (
    SELECT "Job"."id", "Job"."teamId", needs."pool", teams."share", needs."free", "Job"."priority", "Job"."createdAt",
      ${isReservedBy(workerId, Prisma.sql`held`)} AS "kept"
    FROM held JOIN needs ON needs."resources" = held."resources" JOIN teams ON teams."id" = held."teamId" JOIN "Job" ON "Job"."id" = held."id"
    WHERE held."lost" AND ${mayTake(workerId, Prisma.sql`held`, Prisma.sql`needs."isEnough"`)} FOR UPDATE OF "Job" SKIP LOCKED
  ), least AS MATERIALIZED (
    SELECT * FROM (
      (SELECT line."pool", line."share" FROM (SELECT * FROM lines ORDER BY "pool", "share") AS line CROSS JOIN LATERAL (${head}) AS head ORDER BY line."pool", line."share" LIMIT 1)
      UNION ALL SELECT "pool", "share" FROM lost
    ) AS either ORDER BY "pool", "share" LIMIT 1
  ), candidates AS MATERIALIZED (
    SELECT *, min("createdAt") OVER (PARTITION BY "teamId") AS "since" FROM (
      SELECT "id", "teamId", "pool", "share", "free", "priority", "createdAt", false AS "lost", true AS "kept" FROM kept
      UNION ALL SELECT "id", "teamId", "pool", "share", "free", "priority", "createdAt", true, "kept" FROM lost
      UNION ALL
      SELECT head."id", line."teamId", line."pool", line."share", line."free", head."priority", head."createdAt", false, false
      FROM lines AS line CROSS JOIN LATERAL (${head}) AS head WHERE line."share" = (SELECT "share" FROM least)
    ) AS each
  ), chosen AS MATERIALIZED (
    SELECT "id", "free" FROM candidates
    ORDER BY "kept" DESC, "pool", "share", "since", "teamId", "lost" DESC, "priority" DESC, "createdAt", "id" LIMIT 1
  )`
}

interface Choosing {
  fair: FairShareSettings
  quota: Quota
  worker: WorkerDevices
  limits: TransactionLimits
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
export async function nextJob(tx: Statements, { fair, quota, worker, limits }: Choosing): Promise<NextJob | undefined> {
  await waitForClaims(tx, limits)
  const [job] = await tx.$queryRaw<
    { id: string }[]
  >`WITH RECURSIVE ${choosing(fair, quota, worker)} SELECT "id" FROM chosen`
  if (job === undefined) return undefined
  const { devices, wanted: named, isFree } = await grantFor(tx, job.id, worker)
  if (named > 1 && (await gather(tx, job.id, worker))) return undefined
  if (isFree) return { id: job.id, devices }
  await reserve(tx, job.id, worker)
  return undefined
}

/** Has what is locked last as long as the transaction, and that not longer than its limits. */
export async function waitForClaims(tx: Statements, limits: TransactionLimits): Promise<void> {
  const [frozen, wait] = [String(limits.frozenClaimMs), String(limits.claimWaitMs)]
  await tx.$executeRaw`
    SELECT set_config('idle_in_transaction_session_timeout', ${frozen}, true), set_config('lock_timeout', ${wait}, true),
      pg_advisory_xact_lock(${CLAIMING})`
}

/** Whether there is anything that a worker may claim, or reserve; without a lock. */
export async function isAnyClaimable(tx: Statements, worker: WorkerDevices): Promise<boolean> {
  const { workerId } = worker
  const isEnough = Prisma.sql`line."isEnough"`
  const [row] = await tx.$queryRaw<{ any: boolean }[]>`
    WITH RECURSIVE ${LINE}, ${claimingWorker(worker, MAY_CLAIM)}, lost AS MATERIALIZED (
      SELECT "resources", "reservedBy", "reservedUntil" FROM "Job" WHERE ${HELD} AND "leaseUntil" < ${NOW}
    ), ${servedNeedsOf(Prisma.sql`SELECT "resources" FROM line UNION SELECT "resources" FROM lost`)}
    SELECT EXISTS (
        SELECT FROM (SELECT line."teamId", needs.* FROM line JOIN needs ON needs."resources" = line."resources") AS line
        WHERE (SELECT true ${inLine(mayTake(workerId, Prisma.sql`"Job"`, isEnough))} LIMIT 1)
      ) OR EXISTS (
        SELECT FROM lost JOIN needs AS line ON line."resources" = lost."resources" WHERE ${mayTake(workerId, Prisma.sql`lost`, isEnough)}
      ) AS "any"`
  return row?.any ?? false
}
