import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'

/** Rows of a table that go in one transaction, and transactions of one call. */
const PER_ROUND = 10_000
const MAX_ROUNDS = 20
/** Milliseconds that one round may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }
const TABLES = ['Event', 'Metric', 'MetricRange'] as const

/** The condition of the partial index `Job_history_idx`: jobs that ended since their history was removed. */
const HAS_HISTORY = Prisma.sql`"endedAt" IS NOT NULL AND ("historyRemovedAt" IS NULL OR "historyRemovedAt" < "endedAt")`

/** Makes the partitions of the months to come. */
export async function addHistoryPartitions(prisma: PrismaClient): Promise<void> {
  await prisma.$executeRaw`SELECT "anneal_add_partitions"()`
}

/**
 * Removes the events and metrics of jobs that ended so long ago; job, report, final metrics and transitions stay. Months of which all jobs have
 * are dropped whole, then single jobs follow, the oldest first. Several workers share the jobs.
 * @returns the jobs that are done
 */
export async function removeOldHistory(prisma: PrismaClient, keptMs: number): Promise<number> {
  const [dropped] = await prisma.$queryRaw<{ jobs: bigint }[]>`
    SELECT "anneal_drop_partitions"(clock_timestamp() - ${keptMs}::float8 * interval '1 millisecond') AS "jobs"`
  let jobs = Number(dropped?.jobs ?? 0)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await prisma.$transaction((tx) => oneRound(tx, keptMs), LIMITS)
    if (found === 'none') break
    if (found === 'done') jobs += 1
  }
  return jobs
}

async function oneRound(tx: Transaction, keptMs: number): Promise<'none' | 'more' | 'done'> {
  const [job] = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Job" WHERE ${HAS_HISTORY} AND "endedAt" < ${fromNow(-keptMs)}
    ORDER BY "endedAt" LIMIT 1 FOR UPDATE SKIP LOCKED`
  if (job === undefined) return 'none'
  let isMore = false
  for (const name of TABLES) {
    const table = Prisma.raw(`"${name}"`)
    const removed = await tx.$executeRaw`
      DELETE FROM ${table} WHERE "jobId" = ${job.id} AND ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE "jobId" = ${job.id} LIMIT ${PER_ROUND}))`
    if (removed === PER_ROUND) isMore = true
  }
  if (isMore) return 'more'
  await tx.$executeRaw`UPDATE "Job" SET "historyRemovedAt" = ${NOW} WHERE "id" = ${job.id}`
  return 'done'
}
