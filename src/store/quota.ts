import { exceeded, nextMonth } from '../service/exceeded-quota.ts'
import type { Quota, QuotaInUse, Usage } from '../service/ports/teams.ts'
import { NOW } from './clock.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { HELD, MONTH_SECONDS } from './metering.ts'

type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>

/** A team's calls wait for one another where they are counted: two at once could pass together what one may. */
const COUNTING = 0x71756f

/** What the team of an id uses of each limit. */
const COUNTS: Readonly<Record<keyof Usage, (teamId: Prisma.Sql) => Prisma.Sql>> = {
  runningJobs: (teamId) => Prisma.sql`
    (SELECT count(*)::float8 FROM "Job" WHERE "teamId" = ${teamId} AND ${HELD} AND "leaseUntil" >= ${NOW})`,
  queuedJobs: (teamId) => Prisma.sql`
    (
      (SELECT count(*) FROM "Job" WHERE "teamId" = ${teamId} AND "state" = 'queued')
      + (SELECT count(*) FROM "Job" WHERE "teamId" = ${teamId} AND "state" = 'paused')
    )::float8`,
  deviceHours: (teamId) => Prisma.sql`
    coalesce((SELECT (${MONTH_SECONDS}) / 3600 FROM "Team" WHERE "id" = ${teamId}), 0)::float8`,
  ingests: (teamId) => Prisma.sql`
    (SELECT count(*)::float8 FROM "DatasetVersion" WHERE "teamId" = ${teamId} AND "state" IN ('importing', 'ingesting'))`,
  uploads: (teamId) => Prisma.sql`
    (SELECT count(*)::float8 FROM "Upload" WHERE "teamId" = ${teamId} AND "datasetId" IS NULL)`,
  bytes: (teamId) => Prisma.sql`
    (
      coalesce((SELECT sum("sizeBytes") FROM "DatasetVersion" WHERE "teamId" = ${teamId} AND "state" IN ('importing', 'ingesting', 'ready')), 0)
      + coalesce((SELECT sum(coalesce("sizeBytes", "offset")) FROM "Upload" WHERE "teamId" = ${teamId} AND "datasetId" IS NULL), 0)
      + coalesce((SELECT sum(c."sizeBytes") FROM "Checkpoint" c JOIN "Job" j ON j."id" = c."jobId" WHERE j."teamId" = ${teamId} AND c."trashId" IS NULL AND j."trashId" IS NULL), 0)
      + coalesce((SELECT sum(a."sizeBytes") FROM "Artifact" a JOIN "Job" j ON j."id" = a."jobId" WHERE j."teamId" = ${teamId} AND a."trashId" IS NULL AND j."trashId" IS NULL), 0)
      + coalesce((SELECT sum("sizeBytes") FROM "Trash" WHERE "teamId" = ${teamId}), 0)
      + coalesce((SELECT sum("resultBytes") FROM "PredictionBatch" WHERE "teamId" = ${teamId}), 0)
      + coalesce((SELECT sum("bytes") FROM "LogChunk" WHERE "teamId" = ${teamId}), 0)
    )::float8`,
  apiKeys: (teamId) => Prisma.sql`
    (
      SELECT count(*)::float8 FROM "ApiKey"
      WHERE "teamId" = ${teamId} AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > ${NOW})
    )`,
}
const COUNTED: readonly (keyof Usage)[] = [
  'runningJobs',
  'queuedJobs',
  'deviceHours',
  'ingests',
  'uploads',
  'bytes',
  'apiKeys',
]

async function used(reader: Reader, of: keyof Usage, teamId: string): Promise<number> {
  const [row] = await reader.$queryRaw<{ n: number }[]>`SELECT ${COUNTS[of](Prisma.sql`${teamId}`)} AS n`
  return row?.n ?? 0
}

/** What each of some teams may use and uses. */
export async function quotasInUse(
  reader: Reader,
  quota: Quota,
  teamIds: readonly string[],
): Promise<Map<string, QuotaInUse>> {
  const id = Prisma.sql`counted."id"`
  const columns = COUNTED.map((of) => Prisma.sql`${COUNTS[of](id)} AS ${Prisma.raw(`"${of}"`)}`)
  const rows = await reader.$queryRaw<(Usage & { id: string; weight: number; quota: Partial<Quota> })[]>`
    SELECT counted."id", counted."weight", counted."quota", ${Prisma.join(columns)}
    FROM "Team" AS counted WHERE counted."id" = ANY(${[...teamIds]})`
  return new Map(
    rows.map(({ id: teamId, weight, quota: own, ...usage }) => [
      teamId,
      { weight, own, limits: { ...quota, ...own }, usage },
    ]),
  )
}

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
  const has = await used(tx, of, teamId)
  if (has + adds > limit) throw exceeded(of, { used: has, adds, limit })
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
  const has = await used(tx, 'deviceHours', teamId)
  if (has >= limit) throw exceeded('deviceHours', { used: has, adds: 0, limit, freesAt: nextMonth(new Date()) })
}

/** What a team stores, in the trash too. */
export const storedBytes = (reader: Reader, teamId: string): Promise<number> => used(reader, 'bytes', teamId)

export async function usageOf(prisma: PrismaClient, teamId: string): Promise<Usage> {
  const counts = await Promise.all(COUNTED.map(async (of) => [of, await used(prisma, of, teamId)] as const))
  return Object.fromEntries(counts) as unknown as Usage
}
