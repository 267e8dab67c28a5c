import type { FairShareSettings } from '../service/ports/fair-share.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { JobsOnPage, QueueTeam, WaitingJob, WholeQueue } from '../service/ports/whole-queue.ts'
import { NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { DUE, QUEUED } from './next-job.ts'
import { cursor, numberCursor } from './pages.ts'
import type { Transaction } from './prisma-types.ts'
import { RUNNING_BY_TEAM, teamInQueue } from './queue-snapshot.ts'
import { ALIVE, DEVICES_NEEDED, servesSomehow } from './serving.ts'

/** Queued jobs; those that may be claimed have a place in the line of their team. What workers have is compared once with all that jobs need. */
const WAITING = Prisma.sql`
  served AS MATERIALIZED (
    SELECT needs."resources" FROM (SELECT DISTINCT "resources" FROM "Job" WHERE ${QUEUED}) AS needs
    WHERE EXISTS (
      SELECT FROM "Worker" AS worker
      WHERE ${ALIVE} AND worker."state" = 'active' AND 'jobs' = ANY(worker."lanes") AND ${servesSomehow(Prisma.sql`needs."resources"`)}
    )
  ), queued AS (
    SELECT "Job".*, served."resources" IS NOT NULL AS "served",
      ${QUEUED} AND ${DUE} AND served."resources" IS NOT NULL AND "Team"."suspendedAt" IS NULL AS "claimable"
    FROM "Job" JOIN "Team" ON "Team"."id" = "Job"."teamId" LEFT JOIN served ON served."resources" = "Job"."resources"
    WHERE "Job"."state" = 'queued'
  ), waiting AS MATERIALIZED (
    SELECT "id", "name", "teamId" AS "team", "priority", "createdAt", "blocked", "resources", "served", ${DEVICES_NEEDED} AS "devices",
      greatest(0, extract(epoch FROM ${NOW} - greatest("queuedAt", "notBefore")))::float8 AS "waitedSeconds",
      greatest(0, coalesce(extract(epoch FROM "notBefore" - ${NOW}), 0))::float8 AS "notBeforeSeconds",
      CASE WHEN "claimable"
        THEN row_number() OVER (PARTITION BY "teamId", "claimable" ORDER BY "priority" DESC, "createdAt", "id")::int - 1 END AS "place"
    FROM queued
  )`

/** The queue as operators see it. */
export function wholeQueueStore(prisma: PrismaClient, quota: Quota, fair: FairShareSettings): WholeQueue {
  return {
    wholeQueue: ({ limit, after }, choose) =>
      prisma.$transaction(
        async (tx) => {
          const skip = numberCursor(after) ?? 0
          const teams = await teamsOf(tx, quota, fair)
          const [counted] = await tx.$queryRaw<[{ waiting: number; now: Date }]>`
            SELECT count(*)::int AS "waiting", ${NOW} AS "now" FROM "Job" WHERE "state" = 'queued'`
          const jobs = await jobsOf(tx, choose(teams, { skip, limit }))
          const nextCursor = skip + limit < counted.waiting ? cursor(String(skip + limit)) : null
          return { ...counted, teams, jobs, nextCursor }
        },
        { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
      ),
  }
}

const teamsOf = (tx: Transaction, quota: Quota, fair: FairShareSettings): Promise<QueueTeam[]> =>
  tx.$queryRaw<QueueTeam[]>`
    WITH ${WAITING}, ${RUNNING_BY_TEAM}
    SELECT "Team"."id", "Team"."name", "Team"."suspendedAt" IS NOT NULL AS "suspended",
      (SELECT coalesce(jsonb_agg(waiting."devices" ORDER BY waiting."place"), '[]')
        FROM waiting WHERE waiting."team" = "Team"."id" AND waiting."place" IS NOT NULL) AS "queued",
      ${teamInQueue(quota, fair)}
    FROM "Team" LEFT JOIN held ON held."teamId" = "Team"."id"
    WHERE "Team"."id" IN (SELECT "team" FROM waiting UNION SELECT "teamId" FROM held)`

const jobsOf = (tx: Transaction, { places, withTurn, others }: JobsOnPage): Promise<WaitingJob[]> =>
  tx.$queryRaw<WaitingJob[]>`
    WITH ${WAITING}
    (SELECT waiting.* FROM waiting
      JOIN jsonb_to_recordset(${JSON.stringify(places)}::jsonb) AS wanted("team" text, "place" int) USING ("team", "place"))
    UNION ALL
    (SELECT waiting.* FROM waiting
      WHERE "place" IS NULL OR "place" >= coalesce((${JSON.stringify(withTurn)}::jsonb->>"team")::int, 0)
      ORDER BY "createdAt", "id" OFFSET ${others.skip} LIMIT ${others.limit})`
