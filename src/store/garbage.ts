import { datasetOfVersion } from '../service/dataset-ref.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import type { BlobRow, BlobRowType, GarbageStore } from '../service/ports/garbage.ts'
import { removeCheckpoints } from './checkpoints.ts'
import { chooseCurrent } from './dataset-versions.ts'
import { forgetDataset, removeVersion } from './dataset-deletion.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'
import { NAMED } from './removed-blobs.ts'
import { artifactEntry } from './trash-entries.ts'
import { removeUpload } from './uploads.ts'

/** What names a blob, by kind: the query of its rows, for keys after `after`. */
const ROWS: Readonly<Record<BlobRowType, Prisma.Sql>> = {
  checkpoint: Prisma.sql`
    SELECT c."id", j."teamId", c."blobKey", c."sizeBytes" FROM "Checkpoint" c JOIN "Job" j ON j."id" = c."jobId"`,
  artifact: Prisma.sql`
    SELECT a."jobId" || ':' || a."kind" AS "id", j."teamId", a."blobKey", a."sizeBytes"
    FROM "Artifact" a JOIN "Job" j ON j."id" = a."jobId"`,
  log: Prisma.sql`
    SELECT "blobKey" AS "id", "teamId", "blobKey", "bytes"::bigint AS "sizeBytes" FROM "LogChunk" WHERE "blobKey" IS NOT NULL`,
  upload: Prisma.sql`
    SELECT p."uploadId" AS "id", u."teamId", p."blobKey", p."sizeBytes"
    FROM "UploadPiece" p JOIN "Upload" u ON u."id" = p."uploadId" WHERE u."datasetId" IS NULL`,
  predictions: Prisma.sql`
    SELECT "id", "teamId", "resultKey" AS "blobKey", "resultBytes" AS "sizeBytes" FROM "PredictionBatch" WHERE "resultKey" IS NOT NULL`,
  datasetVersion: Prisma.sql`
    SELECT "id", "teamId", "packedKey" AS "blobKey", "sizeBytes" FROM "DatasetVersion" WHERE "packedKey" IS NOT NULL`,
}

/** Blobs without rows, and rows without blobs. */
export function garbageStore(prisma: PrismaClient): GarbageStore {
  return {
    async orphanedBlobs(keys) {
      const rows = await prisma.$queryRaw<{ key: string }[]>`
        SELECT blob."key" FROM unnest(${[...keys]}::text[]) AS blob("key")
        WHERE NOT ${NAMED} AND NOT EXISTS (
          SELECT 1 FROM "RemovedBlob" AS noted WHERE noted."key" = blob."key" OR starts_with(blob."key", noted."key" || '/'))`
      return rows.map(({ key }) => key)
    },
    async blobRows(type, { limit, after = '' }) {
      const rows = await prisma.$queryRaw<(Omit<BlobRow, 'type' | 'sizeBytes'> & { sizeBytes: bigint })[]>`
        SELECT * FROM (${ROWS[type]}) AS named WHERE "blobKey" > ${after} ORDER BY "blobKey" LIMIT ${limit}`
      return rows.map(({ sizeBytes, ...row }) => ({ type, ...row, sizeBytes: Number(sizeBytes) }))
    },
    removeBlobRow: (row) => prisma.$transaction((tx) => remove(tx, row)),
  }
}

async function remove(tx: Transaction, { type, id, blobKey }: BlobRow): Promise<boolean> {
  if (type === 'checkpoint') return removeCheckpoint(tx, id)
  if (type === 'datasetVersion') return removePackedVersion(tx, id)
  if (type === 'log') await tx.logChunk.deleteMany({ where: { blobKey } })
  else if (type === 'upload') await removeUpload(tx, `uploads/${id}`)
  else if (type === 'predictions') await tx.predictionBatch.deleteMany({ where: { id } })
  else {
    const artifacts = await tx.artifact.findMany({ where: { blobKey }, select: { jobId: true, kind: true } })
    await tx.artifact.deleteMany({ where: { blobKey } })
    const entries = artifacts.map(({ jobId, kind }) => artifactEntry(jobId, kind))
    await tx.trash.deleteMany({ where: { id: { in: entries } } })
  }
  return true
}

const UNENDED = { state: { notIn: [...ENDED_STATES] } }

async function removeCheckpoint(tx: Transaction, id: string): Promise<boolean> {
  if ((await tx.checkpointUse.count({ where: { checkpointId: id, job: UNENDED } })) > 0) return false
  if ((await tx.modelVersion.count({ where: { checkpointId: id } })) > 0) return false
  const select = { id: true, blobKey: true, sha256: true }
  await removeCheckpoints(tx, await tx.checkpoint.findMany({ where: { id }, select }))
  return true
}

async function removePackedVersion(tx: Transaction, id: string): Promise<boolean> {
  if ((await tx.job.count({ where: { datasetId: id, ...UNENDED } })) > 0) return false
  const select = { id: true, uploadKey: true, packedKey: true, trashId: true }
  for (const version of await tx.datasetVersion.findMany({ where: { id }, select })) {
    await removeVersion(tx, version)
    if (version.trashId === id) await tx.trash.deleteMany({ where: { id } })
  }
  await chooseCurrent(tx, datasetOfVersion(id))
  await forgetDataset(tx, id)
  return true
}
