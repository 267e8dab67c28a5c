import { exceeded, nextMonth } from '../service/exceeded-quota.ts'
import type { Quota, Usage } from '../service/ports/teams.ts'
import { NOW } from './clock.ts'
import type { Prisma, PrismaClient } from './generated/client.ts'
import { HELD, MONTH_SECONDS } from './metering.ts'

type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>

/** A team's calls wait for one another where they are counted: two at once could pass together what one may. */
const COUNTING = 0x71756f

const COUNTS: Readonly<Record<keyof Usage, (reader: Reader, teamId: string) => Promise<number>>> = {
  runningJobs: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT count(*)::float8 AS n FROM "Job" WHERE "teamId" = ${teamId} AND ${HELD} AND "leaseUntil" >= ${NOW}`),
  queuedJobs: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT (
        (SELECT count(*) FROM "Job" WHERE "teamId" = ${teamId} AND "state" = 'queued')
        + (SELECT count(*) FROM "Job" WHERE "teamId" = ${teamId} AND "state" = 'paused')
      )::float8 AS n`),
  deviceHours: (reader, teamId) =>
    single(reader.$queryRaw`SELECT (${MONTH_SECONDS}) / 3600 AS n FROM "Team" WHERE "id" = ${teamId}`),
  ingests: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT count(*)::float8 AS n FROM "DatasetVersion" WHERE "teamId" = ${teamId} AND "state" IN ('importing', 'ingesting')`),
  uploads: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT count(*)::float8 AS n FROM "Upload" WHERE "teamId" = ${teamId} AND "datasetId" IS NULL`),
  bytes: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT (
        coalesce((SELECT sum("sizeBytes") FROM "DatasetVersion" WHERE "teamId" = ${teamId} AND "state" IN ('importing', 'ingesting', 'ready')), 0)
        + coalesce((SELECT sum(coalesce("sizeBytes", "offset")) FROM "Upload" WHERE "teamId" = ${teamId} AND "datasetId" IS NULL), 0)
        + coalesce((SELECT sum(c."sizeBytes") FROM "Checkpoint" c JOIN "Job" j ON j."id" = c."jobId" WHERE j."teamId" = ${teamId} AND c."trashId" IS NULL AND j."trashId" IS NULL), 0)
        + coalesce((SELECT sum(a."sizeBytes") FROM "Artifact" a JOIN "Job" j ON j."id" = a."jobId" WHERE j."teamId" = ${teamId} AND a."trashId" IS NULL AND j."trashId" IS NULL), 0)
        + coalesce((SELECT sum("sizeBytes") FROM "Trash" WHERE "teamId" = ${teamId}), 0)
        + coalesce((SELECT sum("resultBytes") FROM "PredictionBatch" WHERE "teamId" = ${teamId}), 0)
        + coalesce((SELECT sum("bytes") FROM "LogChunk" WHERE "teamId" = ${teamId}), 0)
      )::float8 AS n`),
  apiKeys: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT count(*)::float8 AS n FROM "ApiKey"
      WHERE "teamId" = ${teamId} AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > ${NOW})`),
}

const single = async (rows: Promise<unknown>): Promise<number> => ((await rows) as { n: number }[])[0]?.n ?? 0

/** The limits of a team: those of the installation, unless it has its own. @returns undefined where there is no such team */
export async function quotaOf(reader: Reader, quota: Quota, teamId: string): Promise<Quota | undefined> {
  const [row] = await reader.$queryRaw<{ quota: Partial<Quota> }[]>`SELECT "quota" FROM "Team" WHERE "id" = ${teamId}`
  return row === undefined ? undefined : { ...quota, ...row.quota }
}

/** @throws AppError `quota_exceeded` that says what is used, what is allowed and what frees some */
export async function requireQuota(
  tx: Prisma.TransactionClient,
  { quota, teamId, of, adds = 1 }: { quota: Quota; teamId: string; of: keyof Usage; adds?: number },
): Promise<void> {
  await requireWithin(tx, (await quotaOf(tx, quota, teamId)) ?? quota, { teamId, of, adds })
}

async function requireWithin(
  tx: Prisma.TransactionClient,
  limits: Quota,
  { teamId, of, adds }: { teamId: string; of: keyof Usage; adds: number },
): Promise<void> {
  const limit = limits[of]
  if (limit === Infinity) return
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${COUNTING}::int4, hashtext(${teamId}))`
  const used = await COUNTS[of](tx, teamId)
  if (used + adds > limit) throw exceeded(of, { used, adds, limit })
}

/** @throws AppError `quota_exceeded` where the team may queue no more jobs, or the device-hours of this month are used up: a job would wait for the next month */
export async function requireQueueRoom(
  tx: Prisma.TransactionClient,
  { quota, teamId, adds }: { quota: Quota; teamId: string; adds: number },
): Promise<void> {
  const limits = (await quotaOf(tx, quota, teamId)) ?? quota
  await requireWithin(tx, limits, { teamId, of: 'queuedJobs', adds })
  const { deviceHours: limit } = limits
  if (limit === Infinity) return
  const used = await COUNTS.deviceHours(tx, teamId)
  if (used >= limit) throw exceeded('deviceHours', { used, adds: 0, limit, freesAt: nextMonth(new Date()) })
}

/** What a team stores, in the trash too. */
export const storedBytes = (reader: Reader, teamId: string): Promise<number> => COUNTS.bytes(reader, teamId)

export async function usageOf(prisma: PrismaClient, teamId: string): Promise<Usage> {
  const names = Object.keys(COUNTS) as (keyof Usage)[]
  const counts = await Promise.all(names.map(async (of) => [of, await COUNTS[of](prisma, teamId)] as const))
  return Object.fromEntries(counts) as unknown as Usage
}
