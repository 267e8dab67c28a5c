import { ACTIVE_STATES, type JobState } from '../service/job-states.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'

/** Device time of a day ago counts half. */
const HALF_LIFE_SECONDS = 24 * 3600
/** What a running job counts in addition to what it has used: so that a team which was idle does not take every free device at once. */
const RUNNING_SECONDS = 30

const decay = (table: string): Prisma.Sql => {
  const meteredAt = Prisma.raw(`"${table}"."meteredAt"`)
  return Prisma.sql`power(0.5, greatest(0, extract(epoch FROM ${NOW} - ${meteredAt})) / ${HALF_LIFE_SECONDS}::float8)`
}

/** A team's decayed device time over its weight; the next job is of the team with the least. Expects the table "Team". */
export const SHARE = Prisma.sql`(
  "Team"."deviceSeconds" * ${decay('Team')} + ${RUNNING_SECONDS}::float8 * (
    SELECT count(*) FROM "Job" AS active
    WHERE active."teamId" = "Team"."id" AND active."state" = ANY(${[...ACTIVE_STATES]}) AND active."leaseUntil" >= ${NOW}
  )
) / greatest("Team"."weight", 1e-9)`

/** Seconds since a job was metered last; of a worker that was silent, no more than its lease. */
const ELAPSED = Prisma.sql`greatest(0, extract(epoch FROM least(${NOW}, held."leaseUntil") - held."meteredAt"))`

/** Adds what a job has used since it was metered last to its team's device time. */
export async function meterJob(tx: Prisma.TransactionClient, id: string): Promise<void> {
  await tx.$executeRaw`
    WITH held AS (
      SELECT "id", "teamId", "leaseUntil", "meteredAt" FROM "Job" WHERE "id" = ${id} AND "meteredAt" IS NOT NULL FOR UPDATE
    ), metered AS (
      UPDATE "Job" SET "meteredAt" = ${NOW} FROM held WHERE "Job"."id" = held."id"
    )
    UPDATE "Team" SET "deviceSeconds" = "deviceSeconds" * ${decay('Team')} + ${ELAPSED}, "meteredAt" = ${NOW}
    FROM held WHERE "Team"."id" = held."teamId"`
}

/** Renews a job's lease and meters it, in one statement. */
export async function renewLease(
  prisma: Pick<Prisma.TransactionClient, '$queryRaw'>,
  id: string,
  token: number,
  leaseMs: number,
): Promise<{ wish: string | null; state: JobState } | undefined> {
  const [row] = await prisma.$queryRaw<{ wish: string | null; state: JobState }[]>`
    WITH held AS (
      SELECT "id", "teamId", "leaseUntil", "meteredAt" FROM "Job"
      WHERE "id" = ${id} AND "token" = ${token} AND "state" = ANY(${[...ACTIVE_STATES]}) FOR UPDATE
    ), renewed AS (
      UPDATE "Job" SET "leaseUntil" = ${fromNow(leaseMs)}, "meteredAt" = ${NOW}
      FROM held WHERE "Job"."id" = held."id" RETURNING "Job"."wish", "Job"."state"
    ), used AS (
      UPDATE "Team" SET "deviceSeconds" = "deviceSeconds" * ${decay('Team')} + coalesce(${ELAPSED}, 0), "meteredAt" = ${NOW}
      FROM held WHERE "Team"."id" = held."teamId"
    )
    SELECT "wish", "state" FROM renewed`
  return row
}
