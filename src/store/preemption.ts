import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { Quota } from '../service/ports/teams.ts'
import { NOW } from './clock.ts'
import { Prisma } from './generated/client.ts'
import { decayedSeconds, WEIGHT } from './metering.ts'
import { HELD_JOBS, inLine, LINE, waitForClaims, withinQuota } from './next-job.ts'
import { servesSomehow } from './serving.ts'
import type { Statements } from './prisma-types.ts'
import type { TransactionLimits } from './transaction-limits.ts'

/** Whether the worker of a held job has what the one that waits needs. One that has not registered, as in tests, is taken to. */
const CAN_RUN_IT = Prisma.sql`(held."workerId" IS NULL OR EXISTS (
  SELECT FROM "Worker" AS worker
  WHERE worker."id" = held."workerId" AND worker."state" = 'active' AND ${servesSomehow(Prisma.sql`waiting."resources"`)}))`

/** The worker whose devices wait for a job. */
const KEEPER = Prisma.sql`CASE WHEN "reservedUntil" > ${NOW} THEN "reservedBy" END`

/**
 * Asks one running job to make room: of a team above the mean share, for a team below it whose next job has waited too long. The mean is
 * over the teams that wait or run. What keeps two teams from taking a device from each other in turn:
 * - the difference of their shares is more than the time that either keeps the device at least, so that the order holds after the change;
 * - a job keeps its device for that time after its claim;
 * - a job that was preempted begins to wait again;
 * - each team has one such request under way at most.
 * It goes from a worker that has what the waiting job needs: where devices of one wait for the job, from that one.
 * Of the team with the largest share, the job of the least priority goes, and of those the one that was claimed last.
 */
const statement = (fair: FairShareSettings, quota: Quota): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE ${LINE}, ${HELD_JOBS}, devices AS (
    SELECT "teamId", count(*) AS "jobs", sum("devices") AS "devices" FROM held WHERE NOT "lost" GROUP BY "teamId"
  ), teams AS MATERIALIZED (
    SELECT "Team"."id", ${decayedSeconds(fair, Prisma.sql`coalesce(devices."devices", 0)`)} AS "seconds", ${WEIGHT} AS "weight",
      "Team"."suspendedAt" IS NULL AND ${withinQuota(quota, Prisma.sql`coalesce(devices."jobs", 0)`)} AS "mayRun"
    FROM "Team" LEFT JOIN devices ON devices."teamId" = "Team"."id"
    WHERE "Team"."id" IN (SELECT "teamId" FROM line UNION SELECT "teamId" FROM held)
  ), shares AS (
    SELECT *, "seconds" / "weight" AS "share", sum("seconds") OVER () / sum("weight") OVER () AS "mean" FROM teams
  ), waiting AS (
    SELECT shares.*, line."resources", head."keeper", extract(epoch FROM ${NOW} - head."since")::float8 AS "waited"
    FROM line
    JOIN shares ON shares."id" = line."teamId"
    CROSS JOIN LATERAL (SELECT greatest("queuedAt", "notBefore") AS "since", ${KEEPER} AS "keeper" ${inLine()} LIMIT 1) AS head
    WHERE shares."share" < shares."mean" AND shares."mayRun"
      AND head."since" <= ${NOW} - ${fair.preemptAfterSeconds}::float8 * interval '1 second'
      AND NOT EXISTS (SELECT 1 FROM held WHERE held."preemption"->>'team' = line."teamId")
  ), chosen AS (
    SELECT held."id", waiting."id" AS "team", shares."share", waiting."share" AS "waitingShare", waiting."waited"
    FROM held JOIN shares ON shares."id" = held."teamId" CROSS JOIN waiting
    WHERE held."state" IN ('starting', 'running') AND NOT held."lost" AND held."wish" IS NULL AND held."preemption" IS NULL
      AND held."claimedAt" <= ${NOW} - ${fair.preemptFloorSeconds}::float8 * interval '1 second'
      AND shares."share" > shares."mean" AND ${CAN_RUN_IT} AND (waiting."keeper" IS NULL OR waiting."keeper" = held."workerId")
      AND shares."share" - waiting."share" > ${fair.preemptFloorSeconds}::float8 * held."devices" * (1 / shares."weight" + 1 / waiting."weight")
    ORDER BY waiting."share", waiting."id", shares."share" DESC, held."priority", held."claimedAt" DESC, held."id" LIMIT 1
  )
  UPDATE "Job" SET "preemption" = jsonb_build_object(
    'team', chosen."team", 'share', chosen."share", 'waitingShare', chosen."waitingShare", 'waitedSeconds', chosen."waited")
  FROM chosen WHERE "Job"."id" = chosen."id" AND "Job"."state" IN ('starting', 'running')
  RETURNING "Job"."id"`

/** @returns the id of the job that was asked */
export async function preempt(
  tx: Statements,
  { fair, quota, limits }: { fair: FairShareSettings; quota: Quota; limits: TransactionLimits },
): Promise<string | undefined> {
  await waitForClaims(tx, limits)
  const [job] = await tx.$queryRaw<{ id: string }[]>(statement(fair, quota))
  return job?.id
}
