import type { BatchClaim, BatchClaims } from '../service/ports/prediction-batches.ts'
import type { BatchSettings } from '../service/prediction-resources.ts'
import type { Reason } from '../service/resources.ts'
import { publicReason } from '../service/public-text.ts'
import { claimNext, MAX_DEATHS, poison } from './claiming.ts'
import { fromNow, NOW } from './clock.ts'
import { Prisma, type PrismaClient, type PredictionBatch as BatchRow } from './generated/client.ts'
import { json, type Transaction } from './prisma-types.ts'
import { ownOrShared } from './shares.ts'
import { removeUpload, piecesOf } from './uploads.ts'

const POISON = poison('predicted it')
const OPEN = Prisma.sql`batch."state" IN ('queued', 'running')`
const FREE = Prisma.sql`(batch."leaseUntil" IS NULL OR batch."leaseUntil" < ${NOW})`

/** How workers get batches of predictions, keep their leases, and write results. */
export function batchClaims(prisma: PrismaClient): BatchClaims {
  return {
    claimNextBatch: (leaseMs) => claimNext(prisma, nextBatch, (tx, id) => claim(tx, id, leaseMs)),
    renewBatch: async (id, token, leaseMs, { images, predicted, failed }) =>
      (await prisma.$executeRaw`
        UPDATE "PredictionBatch" SET "leaseUntil" = ${fromNow(leaseMs)}, "images" = ${images ?? null}, "predicted" = ${predicted}, "failed" = ${failed}
        WHERE "id" = ${id} AND "token" = ${token} AND "state" = 'running'`) === 1,
    async handBackBatch(id, token) {
      const data = { leaseUntil: null, state: 'queued' }
      await prisma.predictionBatch.updateMany({ where: { id, token, state: 'running' }, data })
    },
    finishBatch: (id, token, end) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<Pick<BatchRow, 'uploadKey'>[]>`
          SELECT "uploadKey" FROM "PredictionBatch" WHERE "id" = ${id} AND "token" = ${token} AND "state" = 'running' FOR UPDATE`
        if (row === undefined) return false
        if ('reason' in end) {
          await fail(tx, id, { uploadKey: row.uploadKey, reason: publicReason(end.reason) })
          return true
        }
        const { resultKey, sizeBytes, sha256, images = null, predicted, failed } = end
        await ended(tx, id, {
          uploadKey: row.uploadKey,
          data: {
            state: 'succeeded',
            resultKey,
            resultBytes: sizeBytes,
            resultSha256: sha256,
            images,
            predicted,
            failed,
          },
        })
        return true
      }),
  }
}

/** The oldest batch of the team with the fewest that run, and of those the one whose turn was longest ago. */
async function nextBatch(tx: Transaction): Promise<string | undefined> {
  const teams = await tx.$queryRaw<{ id: string }[]>`
    SELECT waiting."id" FROM (
      SELECT DISTINCT batch."teamId" AS "id" FROM "PredictionBatch" AS batch WHERE ${OPEN} AND ${FREE}
    ) AS waiting JOIN "Team" ON "Team"."id" = waiting."id" AND "Team"."suspendedAt" IS NULL
    ORDER BY (
      SELECT count(*) FROM "PredictionBatch" AS active
      WHERE active."teamId" = waiting."id" AND active."state" = 'running' AND active."leaseUntil" >= ${NOW}
    ), (
      SELECT max(past."claimedAt") FROM "PredictionBatch" AS past WHERE past."teamId" = waiting."id"
    ) NULLS FIRST, waiting."id"`
  for (const { id } of teams) {
    const [row] = await tx.$queryRaw<{ id: string }[]>`
      SELECT batch."id" FROM "PredictionBatch" AS batch WHERE batch."teamId" = ${id} AND ${OPEN} AND ${FREE}
      ORDER BY batch."id" LIMIT 1 FOR UPDATE SKIP LOCKED`
    if (row !== undefined) return row.id
  }
  return undefined
}

async function claim(tx: Transaction, id: string, leaseMs: number): Promise<BatchClaim | undefined> {
  const row = await tx.predictionBatch.findUniqueOrThrow({ where: { id } })
  const { teamId, uploadKey, blobKey, sha256 } = row
  const deaths = row.leaseUntil === null ? row.deaths : row.deaths + 1
  const source = await sourceOf(tx, row)
  if (deaths >= MAX_DEATHS) return fail(tx, id, { uploadKey, reason: POISON })
  if (source === undefined)
    return fail(tx, id, {
      uploadKey,
      reason: gone('Its data set was deleted, or is not shared with the team any more.'),
    })
  if (!(await mayUse(tx, row))) {
    const detail = 'Its model or checkpoint was deleted, or is not shared with the team any more.'
    return fail(tx, id, { uploadKey, reason: gone(detail) })
  }
  const [claimed] = await tx.$queryRaw<{ token: number; attempt: number }[]>`
    UPDATE "PredictionBatch" SET "state" = 'running', "token" = "token" + 1, "attempt" = "attempt" + 1, "deaths" = ${deaths},
      "predicted" = 0, "failed" = 0, "claimedAt" = ${NOW}, "leaseUntil" = ${fromNow(leaseMs)}
    WHERE "id" = ${id} RETURNING "token", "attempt"`
  if (claimed === undefined) return undefined
  const settings = row.request as BatchSettings
  const { traceparent } = row
  return { id, teamId, traceparent, ...claimed, checkpoint: { blobKey, sha256 }, settings, source }
}

const gone = (detail: string): Reason => ({ code: 'not_found', fault: 'user', retryable: false, detail })

/** Undefined where its images are gone. */
async function sourceOf(
  tx: Transaction,
  { teamId, datasetId, uploadKey }: BatchRow,
): Promise<BatchClaim['source'] | undefined> {
  if (uploadKey !== null) return { uploadKey, pieces: await piecesOf(tx, uploadKey) }
  const id = datasetId ?? ''
  const version = await ownOrShared(tx, { teamId, ref: id }, async (owner) => {
    const row = await tx.datasetVersion.findFirst({
      where: { id, teamId: owner, state: 'ready' },
      select: { packedKey: true },
    })
    return row ?? undefined
  })
  return typeof version?.packedKey === 'string' ? { packedKey: version.packedKey } : undefined
}

/** Whether the checkpoint is there, and the team's own or of a model that is shared with it, by now. */
async function mayUse(tx: Transaction, { teamId, checkpointId, modelVersionId }: BatchRow): Promise<boolean> {
  if (modelVersionId === null) return (await tx.checkpoint.count({ where: { id: checkpointId, job: { teamId } } })) > 0
  const model = { OR: [{ teamId }, { shares: { some: { toTeamId: teamId } } }] }
  return (await tx.modelVersion.count({ where: { id: modelVersionId, model } })) > 0
}

const fail = (
  tx: Transaction,
  id: string,
  { uploadKey, reason }: { uploadKey: string | null; reason: Reason },
): Promise<undefined> => ended(tx, id, { uploadKey, data: { state: 'failed', reason: json(reason) } })

async function ended(
  tx: Transaction,
  id: string,
  { uploadKey, data }: { uploadKey: string | null; data: Prisma.PredictionBatchUpdateInput },
): Promise<undefined> {
  const end = { leaseUntil: null, uploadKey: null, endedAt: new Date() }
  await tx.predictionBatch.update({ where: { id }, data: { ...data, ...end } })
  if (uploadKey !== null) await removeUpload(tx, uploadKey)
}
