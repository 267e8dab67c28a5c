import { AppError } from '../errors.ts'
import type { Quota, Usage } from '../service/ports/teams.ts'
import { NOW } from './clock.ts'
import type { Prisma, PrismaClient } from './generated/client.ts'

type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>

export const NO_QUOTA: Quota = {
  queuedJobs: Infinity,
  ingests: Infinity,
  uploads: Infinity,
  bytes: Infinity,
  apiKeys: Infinity,
}

/** A team's calls wait for one another where they are counted: two at once could pass together what one may. */
const COUNTING = 0x71756f

const COUNTS: Readonly<Record<keyof Quota, (reader: Reader, teamId: string) => Promise<number>>> = {
  queuedJobs: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT count(*)::float8 AS n FROM "Job" WHERE "teamId" = ${teamId} AND "state" IN ('queued', 'paused')`),
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
        + coalesce((SELECT sum(c."sizeBytes") FROM "Checkpoint" c JOIN "Job" j ON j."id" = c."jobId" WHERE j."teamId" = ${teamId}), 0)
        + coalesce((SELECT sum(a."sizeBytes") FROM "Artifact" a JOIN "Job" j ON j."id" = a."jobId" WHERE j."teamId" = ${teamId}), 0)
      )::float8 AS n`),
  apiKeys: (reader, teamId) =>
    single(reader.$queryRaw`
      SELECT count(*)::float8 AS n FROM "ApiKey"
      WHERE "teamId" = ${teamId} AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > ${NOW})`),
}

const single = async (rows: Promise<unknown>): Promise<number> => ((await rows) as { n: number }[])[0]?.n ?? 0

const WORDS: Readonly<Record<keyof Quota, { what: string; frees: string }>> = {
  queuedJobs: { what: 'queued and paused jobs', frees: 'cancel some, or wait until some have run' },
  ingests: { what: 'data sets being ingested', frees: 'wait until some are ready, or delete some' },
  uploads: { what: 'open uploads', frees: 'make data sets of some, or delete some' },
  bytes: { what: 'stored bytes', frees: 'delete data sets, uploads, jobs or checkpoints' },
  apiKeys: { what: 'API keys', frees: 'revoke some' },
}

/** @throws AppError `quota_exceeded` that says what is used, what is allowed and what frees some */
export async function requireQuota(
  tx: Prisma.TransactionClient,
  { quota, teamId, of, adds = 1 }: { quota: Quota; teamId: string; of: keyof Quota; adds?: number },
): Promise<void> {
  if (quota[of] === Infinity) return
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${COUNTING}::int4, hashtext(${teamId}))`
  const used = await COUNTS[of](tx, teamId)
  if (used + adds > quota[of]) throw exceeded(of, { used, adds, limit: quota[of] })
}

export function exceeded(of: keyof Quota, { used, adds, limit }: Record<'used' | 'adds' | 'limit', number>): AppError {
  const { what, frees } = WORDS[of]
  return new AppError(
    'quota_exceeded',
    `The team has ${used} ${what} of at most ${limit}, and this would add ${adds}: ${frees}.`,
  )
}

export async function usageOf(prisma: PrismaClient, teamId: string): Promise<Usage> {
  const [queuedJobs, ingests, uploads, bytes, apiKeys] = await Promise.all(
    (['queuedJobs', 'ingests', 'uploads', 'bytes', 'apiKeys'] as const).map((of) => COUNTS[of](prisma, teamId)),
  )
  return {
    queuedJobs: queuedJobs ?? 0,
    ingests: ingests ?? 0,
    uploads: uploads ?? 0,
    bytes: bytes ?? 0,
    apiKeys: apiKeys ?? 0,
  }
}
