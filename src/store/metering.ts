import { ACTIVE_STATES, type JobState } from '../service/job-states.ts'
import type { FairShareSettings, Preemption } from '../service/ports/fair-share.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import { LIMIT_REACHED, type Limit } from './job-limits.ts'
import type { Statements } from './prisma-types.ts'

/** What a device counts in addition to what it has used: so that a team which was idle does not take every free device at once. */
const RUNNING_SECONDS = 30
/** Of jobs whose worker has not said what it has. */
const UNKNOWN_KIND = 'unknown'

const ACTIVE_LIST = ACTIVE_STATES.map((state) => `'${state}'`).join(', ')
/** Jobs that workers hold. Its text is the condition of a partial index, so that it names the states and takes no parameter. */
export const HELD = Prisma.raw(`"state" IN (${ACTIVE_LIST})`)

const decay = ({ halfLifeSeconds }: FairShareSettings): Prisma.Sql =>
  Prisma.sql`power(0.5, greatest(0, extract(epoch FROM ${NOW} - "Team"."meteredAt")) / ${halfLifeSeconds}::float8)`

/** The device-seconds of a row of "Team", decayed to now, with what `devices` count that it has at the moment. */
export const decayedSeconds = (fair: FairShareSettings, devices: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`("Team"."deviceSeconds" * ${decay(fair)} + ${RUNNING_SECONDS}::float8 * ${devices})`

export const WEIGHT = Prisma.sql`greatest("Team"."weight", 1e-9)`

/** Device-seconds of this month of a row of "Team". */
export const MONTH_SECONDS = Prisma.sql`
  CASE WHEN date_trunc('month', "Team"."meteredAt") = date_trunc('month', ${NOW}) THEN "Team"."monthSeconds" ELSE 0 END`

/** Seconds that a job of the table "held" has run since it was metered last. */
const RAN = Prisma.sql`
  coalesce(greatest(0, extract(epoch FROM least(held."at", held."leaseUntil") - held."meteredAt")), 0)::float8`

/** Where the table "held" has a job: what it has used since it was metered last is added to its team, its month and its day. */
const used = (fair: FairShareSettings): Prisma.Sql => Prisma.sql`
  usage AS (
    SELECT held.*, coalesce("devices" * greatest(0, extract(epoch FROM least(held."at", held."leaseUntil") - held."meteredAt")), 0)::float8 AS "seconds"
    FROM held
  ), kept AS (
    INSERT INTO "DeviceUsage" ("jobId", "attempt", "day", "teamId", "keyId", "person", "deviceKind", "seconds")
    SELECT "id", "attempt", "at"::date, "teamId", coalesce("keyId", ''), coalesce("submittedBy", ''), coalesce("deviceKind", ${UNKNOWN_KIND}), "seconds"
    FROM usage WHERE "seconds" > 0
    ON CONFLICT ("jobId", "attempt", "day") DO UPDATE SET "seconds" = "DeviceUsage"."seconds" + EXCLUDED."seconds"
  ), charged AS (
    UPDATE "Team" SET
      "deviceSeconds" = "deviceSeconds" * ${decay(fair)} + usage."seconds",
      "monthSeconds" = ${MONTH_SECONDS} + usage."seconds",
      "meteredAt" = usage."at"
    FROM usage WHERE "Team"."id" = usage."teamId"
  )`

const METERED = Prisma.sql`"id", "teamId", "attempt", "keyId", "submittedBy", "deviceKind", "devices", "leaseUntil", "meteredAt", ${NOW} AS "at"`

/**
 * Parts of a statement that adds what a job has used since it was metered last to its team's device time. The rest of it writes the row of the
 * job: `HELD_UNTIL`, and the seconds `HELD_FOR`.
 */
export const metered = (fair: FairShareSettings, id: string | Prisma.Sql, state: JobState): Prisma.Sql => Prisma.sql`
  held AS MATERIALIZED (
    SELECT ${METERED} FROM "Job" WHERE "id" = ${id} AND "state" = ${state} AND "meteredAt" IS NOT NULL FOR UPDATE
  ), ${used(fair)}`
export const HELD_UNTIL = Prisma.sql`(SELECT "at" FROM held)`
export const HELD_FOR = Prisma.sql`coalesce((SELECT ${RAN} FROM held), 0)`

export interface Renewed {
  wish: string | null
  state: JobState
  preemption: Preemption | null
  /** The limit at which it is. */
  limit: Limit | null
}

/** Renews a job's lease and meters it, in one statement. */
export async function renewLease(
  statements: Statements,
  { id, token, leaseMs }: { id: string; token: number; leaseMs: number },
  fair: FairShareSettings,
): Promise<Renewed | undefined> {
  const [row] = await statements.$queryRaw<Renewed[]>`
    WITH held AS MATERIALIZED (
      SELECT ${METERED} FROM "Job" WHERE "id" = ${id} AND "token" = ${token} AND ${HELD} FOR UPDATE
    ), ${used(fair)}
    UPDATE "Job" SET "leaseUntil" = ${fromNow(leaseMs)}, "meteredAt" = held."at", "ranSeconds" = "ranSeconds" + ${RAN}
    FROM held WHERE "Job"."id" = held."id"
    RETURNING "Job"."wish", "Job"."state", "Job"."preemption", ${LIMIT_REACHED} AS "limit"`
  return row
}
