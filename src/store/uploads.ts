import { AppError } from '../errors.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { UploadStore } from '../service/ports/uploads.ts'
import { fromNow, NOW } from './clock.ts'
import type { PrismaClient, Upload as UploadRow } from './generated/client.ts'
import { older, page } from './pages.ts'
import { json, type Transaction } from './prisma-types.ts'
import { requireQuota } from './quota.ts'
import { removeBlobs } from './removed-blobs.ts'
import { uploadOf } from './rows.ts'

/** Expired uploads that go in one round. */
const PER_ROUND = 100
const FOLDER = 'uploads/'
/** Folder of the pieces of an upload, and the upload key of the data set that is made of it. */
const uploadKeyOf = (id: string): string => `${FOLDER}${id}`

/** Resumable uploads. A piece counts from the transaction on that moves the offset over it. */
export function uploadStore(prisma: PrismaClient, quota: Quota): UploadStore {
  return {
    createUpload: (teamId, { id, sizeBytes, metadata }, keptMs) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'uploads' })
        if (sizeBytes !== undefined) await requireQuota(tx, { quota, teamId, of: 'bytes', adds: sizeBytes })
        const data = { id, teamId, sizeBytes: sizeBytes ?? null, expiresAt: new Date() }
        await tx.upload.create({ data: { ...data, ...(metadata === undefined ? {} : { metadata: json(metadata) }) } })
        return uploadOf(await keepLonger(tx, id, keptMs))
      }),
    async upload(teamId, id) {
      const row = await prisma.upload.findFirst({ where: { teamId, id } })
      return row === null ? undefined : uploadOf(row)
    },
    async uploads(teamId, request) {
      const listed = older(teamId, request)
      const rows = await prisma.upload.findMany({ ...listed, where: { ...listed.where, datasetId: null } })
      return page(rows, request.limit, uploadOf)
    },
    declareUploadSize: (teamId, id, sizeBytes) =>
      prisma.$transaction(async (tx) => {
        const row = await locked(tx, teamId, id)
        if (row?.sizeBytes !== null) return false
        await requireQuota(tx, { quota, teamId, of: 'bytes', adds: Math.max(0, sizeBytes - Number(row.offset)) })
        await tx.upload.update({ where: { id }, data: { sizeBytes } })
        return true
      }),
    addPiece: (teamId, id, { start, sizeBytes, blobKey }, keptMs) =>
      prisma.$transaction(async (tx) => {
        const row = await locked(tx, teamId, id)
        if (row?.datasetId !== null || Number(row.offset) !== start) return false
        // A size that was given has been counted with the upload.
        if (row.sizeBytes === null) await requireQuota(tx, { quota, teamId, of: 'bytes', adds: sizeBytes })
        await tx.uploadPiece.create({ data: { uploadId: id, start, sizeBytes, blobKey } })
        await tx.upload.update({ where: { id }, data: { offset: start + sizeBytes } })
        await keepLonger(tx, id, keptMs)
        await tx.removedBlob.deleteMany({ where: { key: blobKey } })
        return true
      }),
    deleteUpload: (teamId, id) =>
      prisma.$transaction(async (tx) => {
        const row = await locked(tx, teamId, id)
        if (row === undefined) return false
        if (row.datasetId !== null)
          throw new AppError('wrong_state', `Upload ${id} was given to ${row.datasetId}; delete that instead.`)
        await removeUpload(tx, uploadKeyOf(id))
        return true
      }),
    expireUploads: () =>
      prisma.$transaction(async (tx) => {
        const due = await tx.$queryRaw<{ id: string }[]>`
          SELECT "id" FROM "Upload" WHERE "datasetId" IS NULL AND "expiresAt" < ${NOW}
          ORDER BY "expiresAt" LIMIT ${PER_ROUND} FOR UPDATE SKIP LOCKED`
        for (const { id } of due) await removeUpload(tx, uploadKeyOf(id))
        return due.length
      }),
  }
}

/**
 * Gives an upload that is whole to a version of a data set, or to a batch of predictions.
 * @throws AppError `not_found`, `wrong_state`, `conflict`
 */
export async function useUpload(
  tx: Transaction,
  { teamId, uploadId, datasetId }: { teamId: string; uploadId: string; datasetId: string },
): Promise<{ uploadKey: string; sizeBytes: number }> {
  const row = await locked(tx, teamId, uploadId)
  if (row === undefined)
    throw new AppError('not_found', `There is no upload ${uploadId}: it has expired, or was deleted.`)
  if (row.datasetId !== null)
    throw new AppError('conflict', `Upload ${uploadId} was given to ${row.datasetId} already.`)
  const { sizeBytes, offset } = row
  if (sizeBytes === null || offset !== sizeBytes)
    throw new AppError(
      'wrong_state',
      `Upload ${uploadId} is not whole: ${offset} of ${sizeBytes ?? 'a number of bytes that was not given'} have come.`,
    )
  await tx.upload.update({ where: { id: uploadId }, data: { datasetId } })
  return { uploadKey: uploadKeyOf(uploadId), sizeBytes: Number(sizeBytes) }
}

/** Has the blobs of an upload key removed, and the upload that they are pieces of, where there is one. */
export async function removeUpload(tx: Transaction, uploadKey: string): Promise<void> {
  await tx.upload.deleteMany({ where: { id: uploadKey.slice(FOLDER.length) } })
  await removeBlobs(tx, [uploadKey])
}

/** The pieces of the upload that is kept under a key, in order. */
export async function piecesOf(tx: Transaction, uploadKey: string): Promise<{ blobKey: string; sizeBytes: number }[]> {
  const rows = await tx.uploadPiece.findMany({
    where: { uploadId: uploadKey.slice(FOLDER.length) },
    orderBy: { start: 'asc' },
  })
  return rows.map(({ blobKey, sizeBytes }) => ({ blobKey, sizeBytes: Number(sizeBytes) }))
}

async function locked(tx: Transaction, teamId: string, id: string): Promise<UploadRow | undefined> {
  const [row] = await tx.$queryRaw<UploadRow[]>`
    SELECT * FROM "Upload" WHERE "id" = ${id} AND "teamId" = ${teamId} FOR UPDATE`
  return row
}

async function keepLonger(tx: Transaction, id: string, keptMs: number): Promise<UploadRow> {
  await tx.$executeRaw`UPDATE "Upload" SET "expiresAt" = ${fromNow(keptMs)} WHERE "id" = ${id}`
  return tx.upload.findUniqueOrThrow({ where: { id } })
}
