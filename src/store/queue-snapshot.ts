import type { FairShareSettings, QueueSnapshot, QueueView, TeamInQueue } from '../service/ports/fair-share.ts'
import type { Quota } from '../service/ports/teams.ts'
import { NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { decayedSeconds, HELD, MONTH_SECONDS, WEIGHT } from './metering.ts'
import { DUE, LINE, QUEUED } from './next-job.ts'
import { limitOf } from './quota-limits.ts'
import type { Transaction } from './prisma-types.ts'
import { DEVICES_NEEDED } from './serving.ts'

/** Jobs of the own team that are named. */
const MAX_NAMED = 20

interface Asked {
  priority: number
  createdAt: Date
  waited: number
  notBefore: number
  now: Date
}

/** The queue as a job in it sees it: other teams without their names, their jobs as numbers. */
export function queueView(prisma: PrismaClient, quota: Quota, fair: FairShareSettings): QueueView {
  return {
    queueSnapshot: (teamId, id) =>
      prisma.$transaction(
        async (tx) => {
          const [asked] = await tx.$queryRaw<Asked[]>`
            SELECT "priority", "createdAt", ${NOW} AS "now",
              greatest(0, extract(epoch FROM ${NOW} - greatest("queuedAt", "notBefore")))::float8 AS "waited",
              greatest(0, coalesce(extract(epoch FROM "notBefore" - ${NOW}), 0))::float8 AS "notBefore"
            FROM "Job" WHERE "id" = ${id} AND "teamId" = ${teamId} AND ${QUEUED}`
          if (asked === undefined) return undefined
          return {
            teams: await teamsInQueue(tx, { teamId, quota, fair }),
            ahead: await ahead(tx, { teamId, id, ...asked }),
            waitedSeconds: asked.waited,
            notBeforeSeconds: asked.notBefore,
            now: asked.now,
          }
        },
        { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
      ),
  }
}

async function ahead(
  tx: Transaction,
  { teamId, id, priority, createdAt }: { teamId: string; id: string } & Pick<Asked, 'priority' | 'createdAt'>,
): Promise<QueueSnapshot['ahead']> {
  const before = Prisma.sql`
    FROM "Job" WHERE "teamId" = ${teamId} AND ${QUEUED} AND ${DUE}
      AND ("priority" > ${priority} OR ("priority" = ${priority} AND ("createdAt", "id") < (${createdAt}, ${id})))`
  const [counted] = await tx.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n ${before}`
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" ${before} ORDER BY "priority" DESC, "createdAt", "id" LIMIT ${MAX_NAMED}`
  return { count: counted?.n ?? 0, jobs: rows.map((row) => row.id) }
}

interface TeamRow extends Omit<TeamInQueue, 'own' | 'running'> {
  id: string
  running: TeamInQueue['running']
}

/** Of each team with running jobs, how long each runs on, as far as its trainer says. */
export const RUNNING_BY_TEAM = Prisma.sql`
  held AS MATERIALIZED (
    SELECT "teamId", jsonb_agg(jsonb_build_object(
      'devices', "devices", 'secondsLeft', "progress"->'secondsLeft', 'heldSeconds', coalesce(extract(epoch FROM ${NOW} - "claimedAt"), 0))) AS "running"
    FROM "Job" WHERE ${HELD} AND "leaseUntil" >= ${NOW} GROUP BY "teamId"
  )`

/** What the order of the queue depends on of a row of "Team" next to one of "held". */
export const teamInQueue = (quota: Quota, fair: FairShareSettings): Prisma.Sql => Prisma.sql`
  ${decayedSeconds(fair, Prisma.sql`0`)}::float8 AS "seconds", ${WEIGHT}::float8 AS "weight",
  coalesce(held."running", '[]') AS "running",
  (SELECT sum("seconds") / count(DISTINCT "jobId") FROM "DeviceUsage"
    WHERE "DeviceUsage"."teamId" = "Team"."id" AND "day" > (${NOW})::date - 7)::float8 AS "meanSeconds",
  ${limitOf(quota, 'runningJobs')} AS "maxRunning",
  (${limitOf(quota, 'deviceHours')} - (${MONTH_SECONDS}) / 3600)::float8 AS "deviceHoursLeft"`

async function teamsInQueue(
  tx: Transaction,
  { teamId, quota, fair }: { teamId: string; quota: Quota; fair: FairShareSettings },
): Promise<TeamInQueue[]> {
  const rows = await tx.$queryRaw<TeamRow[]>`
    WITH RECURSIVE ${LINE}, ${RUNNING_BY_TEAM}
    SELECT "Team"."id",
      (SELECT coalesce(jsonb_agg(${DEVICES_NEEDED} ORDER BY "priority" DESC, "createdAt", "id"), '[]')
        FROM "Job" WHERE "Job"."teamId" = "Team"."id" AND ${QUEUED} AND ${DUE}) AS "queued",
      ${teamInQueue(quota, fair)}
    FROM "Team" LEFT JOIN held ON held."teamId" = "Team"."id"
    WHERE "Team"."id" IN (SELECT "teamId" FROM line UNION SELECT "teamId" FROM held)`
  return rows.map(({ id, ...team }) => ({ ...team, own: id === teamId }))
}
