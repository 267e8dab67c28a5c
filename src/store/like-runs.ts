import type { MeasuredRun, ThroughputStore } from '../service/ports/throughput.ts'
import type { PrismaClient } from './generated/client.ts'

const MAX_RUNS = 10

/** What runs like one have needed. */
export function throughputStore(prisma: PrismaClient): ThroughputStore {
  return {
    async likeRuns(teamId, likeness) {
      const runs = await prisma.$queryRaw<MeasuredRun[]>`
        SELECT "deviceKind", ("progress"->>'imagesPerSecond')::float8 AS "imagesPerSecond",
          ("progress"->>'step')::float8 * ("spec"->>'batchSize')::float8 AS "images",
          (SELECT coalesce(sum("seconds"), 0) FROM "DeviceUsage" WHERE "jobId" = "Job"."id")::float8 AS "deviceSeconds"
        FROM "Job" WHERE "teamId" = ${teamId} AND "likeness" = ${likeness} AND "endedAt" IS NOT NULL AND "state" = 'succeeded'
          AND "deviceKind" IS NOT NULL AND ("progress"->>'imagesPerSecond')::float8 > 0
        ORDER BY "endedAt" DESC LIMIT ${MAX_RUNS}`
      return runs.filter(({ deviceKind }) => deviceKind === runs[0]?.deviceKind)
    },
  }
}
