import { ENDED_STATES, type JobState } from '../service/job-states.ts'
import { WAITED_BOUNDS, type OperationsSnapshot, type OperationsStore } from '../service/ports/operations.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { HELD } from './metering.ts'
import { connectionUse, type NamedPool } from './named-pool.ts'
import { DUE, QUEUED } from './next-job.ts'
import { ALIVE } from './serving.ts'

const HOUR_MS = 3_600_000
/** Kinds of reasons that are counted apart. */
const MAX_REASONS = 100
const WAITED_SECONDS = Prisma.sql`extract(epoch FROM ${NOW} - greatest("queuedAt", "notBefore"))`

export function operationsStore(prisma: PrismaClient, pools: readonly NamedPool[]): OperationsStore {
  return {
    async operations() {
      const [jobs, ended, attempts, queue, [lost], datasets, workers] = await Promise.all([
        openJobs(prisma),
        endedJobs(prisma),
        endedAttempts(prisma),
        queueOf(prisma),
        prisma.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM "Job" WHERE ${HELD} AND "leaseUntil" < ${NOW}`,
        prisma.$queryRaw<OperationsSnapshot['datasets']>`
          SELECT "state", count(*)::int AS "count" FROM "DatasetVersion"
          WHERE "state" IN ('importing', 'ingesting') GROUP BY 1`,
        registeredWorkers(prisma),
      ])
      return { jobs, ended, attempts, queue, expiredLeases: lost?.n ?? 0, datasets, workers }
    },
    registeredWorkers: () => registeredWorkers(prisma),
    connections: () => pools.map(connectionUse),
  }
}

async function registeredWorkers(prisma: PrismaClient): Promise<number> {
  const [row] = await prisma.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM "Worker" AS worker WHERE ${ALIVE}`
  return row?.n ?? 0
}

const openJobs = (prisma: PrismaClient): Promise<OperationsSnapshot['jobs']> => prisma.$queryRaw`
  SELECT CASE WHEN "state" = 'queued' AND "blocked" THEN 'blocked' ELSE "state" END AS "state", count(*)::int AS "count"
  FROM "Job" WHERE "state" IN ('queued', 'starting', 'running', 'finalizing', 'pausing', 'paused', 'stopping') GROUP BY 1`

const endedJobs = (prisma: PrismaClient): Promise<{ state: JobState; reason: string; count: number }[]> =>
  prisma.$queryRaw`
    SELECT "state", coalesce("reason"->>'code', '') AS "reason", count(*)::int AS "count"
    FROM "Job" WHERE "endedAt" > ${fromNow(-HOUR_MS)} AND "state" = ANY(${[...ENDED_STATES]}::text[])
    GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${MAX_REASONS}`

const endedAttempts = (prisma: PrismaClient): Promise<OperationsSnapshot['attempts']> => prisma.$queryRaw`
  SELECT coalesce("outcome", '') AS "outcome", coalesce("reason"->>'code', '') AS "reason", count(*)::int AS "count"
  FROM "Attempt" WHERE "endedAt" > ${fromNow(-HOUR_MS)} GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${MAX_REASONS}`

async function queueOf(prisma: PrismaClient): Promise<OperationsSnapshot['queue']> {
  const rows = await prisma.$queryRaw<{ part: number; n: number; oldest: number }[]>`
    SELECT width_bucket(greatest(0, ${WAITED_SECONDS})::float8, ${[...WAITED_BOUNDS]}::float8[]) AS "part", count(*)::int AS n,
      max(${WAITED_SECONDS})::float8 AS "oldest"
    FROM "Job" WHERE ${QUEUED} AND ${DUE} GROUP BY 1`
  const [teams] = await prisma.$queryRaw<{ n: number }[]>`
    SELECT count(DISTINCT "teamId")::int AS n FROM "Job" WHERE ${QUEUED} AND ${DUE}`
  const waited = Array.from({ length: WAITED_BOUNDS.length + 1 }, () => 0)
  for (const { part, n } of rows) waited[part] = n
  return { waited, oldestSeconds: Math.max(0, ...rows.map(({ oldest }) => oldest)), teams: teams?.n ?? 0 }
}
