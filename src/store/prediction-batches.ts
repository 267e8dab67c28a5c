import { AppError } from '../errors.ts'
import { datasetOfVersion, numberOfVersion } from '../service/dataset-ref.ts'
import type { BatchStore } from '../service/ports/prediction-batches.ts'
import {
  contentTypeOf,
  OPEN_BATCH_STATES,
  type BatchSettings,
  type BatchState,
  type PredictionBatch,
} from '../service/prediction-resources.ts'
import type { AnsweringModel } from '../service/registry-resources.ts'
import type { Reason } from '../service/resources.ts'
import type { PredictionBatch as BatchRow, PrismaClient } from './generated/client.ts'
import { older, page } from './pages.ts'
import { json } from './prisma-types.ts'
import { removeLogs } from './logs.ts'
import { removeBlobs } from './removed-blobs.ts'
import { requireReady } from './submission.ts'
import { removeUpload, useUpload } from './uploads.ts'
import { traceparent } from '../tracing/tracing.ts'

/** A team's calls wait for one another where its batches are counted. */
const COUNTING = 0x707265

/** Batches of predictions as teams submit and read them. */
export function batchStore(prisma: PrismaClient): BatchStore {
  return {
    createBatch: (teamId, { id, keyId, checkpoint, model, source, settings }, limit) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${COUNTING}::int4, hashtext(${teamId}))`
        if ((await tx.predictionBatch.count({ where: { teamId, state: { in: [...OPEN_BATCH_STATES] } } })) >= limit)
          throw new AppError(
            'quota_exceeded',
            `${limit} batches of predictions of the team have not ended, which is the most; wait for one, or delete it.`,
          )
        const { blobKey, sha256 } = checkpoint
        const images =
          'datasetId' in source
            ? { datasetId: source.datasetId }
            : { uploadKey: (await useUpload(tx, { teamId, uploadId: source.uploadId, datasetId: id })).uploadKey }
        if ('datasetId' in source) await requireReady(tx, [source.datasetId])
        const named = model && { model: json(model.answering), modelVersionId: model.versionId }
        const row = await tx.predictionBatch.create({
          data: {
            id,
            teamId,
            keyId,
            checkpointId: checkpoint.id,
            blobKey,
            sha256,
            request: json(settings),
            traceparent: traceparent(),
            ...images,
            ...named,
          },
        })
        await tx.outbox.create({ data: { kind: 'prediction', ref: id } })
        return batchOf(row)
      }),
    async batch(teamId, id) {
      const row = await prisma.predictionBatch.findFirst({ where: { id, teamId } })
      return row === null ? undefined : batchOf(row)
    },
    async batchResultKey(teamId, id) {
      const row = await prisma.predictionBatch.findFirst({ where: { id, teamId }, select: { resultKey: true } })
      return row?.resultKey ?? undefined
    },
    batches: async (teamId, request) =>
      page(await prisma.predictionBatch.findMany(older(teamId, request)), request.limit, batchOf),
    deleteBatch: (teamId, id) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<Pick<BatchRow, 'uploadKey' | 'resultKey'>[]>`
          SELECT "uploadKey", "resultKey" FROM "PredictionBatch" WHERE "id" = ${id} AND "teamId" = ${teamId} FOR UPDATE`
        if (row === undefined) return false
        await removeLogs(tx, [id])
        await tx.predictionBatch.delete({ where: { id } })
        if (row.uploadKey !== null) await removeUpload(tx, row.uploadKey)
        if (row.resultKey !== null) await removeBlobs(tx, [row.resultKey])
        return true
      }),
  }
}

function batchOf(row: BatchRow): PredictionBatch {
  const settings = row.request as BatchSettings
  const { resultBytes, resultSha256: sha256 } = row
  return {
    id: row.id,
    state: row.state as BatchState,
    model: row.model as AnsweringModel | null,
    checkpoint: row.checkpointId,
    dataset: row.datasetId === null ? null : datasetOfVersion(row.datasetId),
    datasetVersion: row.datasetId === null ? null : numberOfVersion(row.datasetId),
    ...settings,
    images: row.images,
    predicted: row.predicted,
    failed: row.failed,
    reason: row.reason as Reason | null,
    result:
      resultBytes === null || sha256 === null
        ? null
        : { contentType: contentTypeOf(settings.format), sizeBytes: Number(resultBytes), sha256 },
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }
}
