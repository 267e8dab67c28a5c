import type { RemovedBlob, RemovedBlobs } from '../service/ports/deletion.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'

const DAY_MS = 86_400_000

/** The advisory lock of whoever reads all blobs, such as a backup: while it is held, none is removed. */
export const KEEPS_BLOBS = 7_264_111
const ARE_KEPT = Prisma.sql`EXISTS (
  SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${KEEPS_BLOBS}::integer::oid AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`

/** Has blobs removed after a while; the later of two requests counts. */
export async function removeBlobs(
  tx: Pick<Transaction, '$executeRaw'>,
  keys: readonly string[],
  afterMs = 0,
): Promise<void> {
  if (keys.length === 0) return
  await tx.$executeRaw`
    INSERT INTO "RemovedBlob" ("key", "removeAfter", "notedAt")
    SELECT key, now() + ${afterMs}::integer * interval '1 millisecond', clock_timestamp() FROM unnest(${[...new Set(keys)]}::text[]) AS key
    ON CONFLICT ("key", "teamId") DO UPDATE SET "removeAfter" = excluded."removeAfter", "notedAt" = excluded."notedAt"`
}

/** Whether a row names `blob."key"`. */
export const NAMED = Prisma.sql`(
  EXISTS (SELECT 1 FROM "Checkpoint" WHERE "blobKey" = blob."key")
  OR EXISTS (SELECT 1 FROM "Artifact" WHERE "blobKey" = blob."key")
  OR EXISTS (SELECT 1 FROM "PredictionBatch" WHERE "resultKey" = blob."key")
  OR EXISTS (SELECT 1 FROM "LogChunk" WHERE "blobKey" = blob."key")
  OR EXISTS (SELECT 1 FROM "UploadPiece" WHERE "blobKey" = blob."key")
  OR (blob."key" LIKE 'uploads/%' AND EXISTS (SELECT 1 FROM "Upload" WHERE "id" = substr(blob."key", length('uploads/') + 1)))
  OR (blob."key" LIKE 'exports/%' AND EXISTS (SELECT 1 FROM "Checkpoint" WHERE "sha256" = substr(blob."key", length('exports/') + 1)))
  OR EXISTS (SELECT 1 FROM "DatasetVersion" WHERE "uploadKey" = blob."key" OR "packedKey" = blob."key"))`

/** The queue of blobs to be removed. Each team notes a blob for itself, and the newest note counts. */
export function removedBlobs(prisma: PrismaClient): RemovedBlobs {
  return {
    async removedBlobs(limit) {
      const due = await prisma.$queryRaw<(RemovedBlob & { named: boolean })[]>`
        SELECT "key", max("notedAt") AS "notedAt", ${NAMED} AS "named" FROM (
          SELECT "key", "notedAt" FROM "RemovedBlob" AS due WHERE "removeAfter" <= now() AND NOT ${ARE_KEPT} AND NOT EXISTS (
            SELECT 1 FROM "RemovedBlob" AS later WHERE later."key" = due."key" AND later."notedAt" > due."notedAt" AND later."removeAfter" > now()
          ) ORDER BY "removeAfter" LIMIT ${limit}
        ) AS blob GROUP BY "key"`
      await forget(due.filter(({ named }) => named))
      return due.filter(({ named }) => !named)
    },
    expectBlob: (key) => removeBlobs(prisma, [key], DAY_MS),
    giveUpBlob: (key) => removeBlobs(prisma, [key]),
    forgetRemovedBlobs: (removed) => forget(removed),
    async postponeRemovedBlobs(keys) {
      await prisma.$executeRaw`UPDATE "RemovedBlob" SET "removeAfter" = now() WHERE "key" = ANY(${[...keys]}::text[])`
    },
  }

  async function forget(removed: readonly RemovedBlob[]): Promise<void> {
    if (removed.length === 0) return
    const [keys, times] = [
      removed.map(({ key }) => key),
      removed.map(({ notedAt }) => notedAt.toISOString().slice(0, -1)),
    ]
    await prisma.$executeRaw`
      DELETE FROM "RemovedBlob" USING unnest(${keys}::text[], ${times}::timestamp[]) AS done("key", "notedAt")
      WHERE "RemovedBlob"."key" = done."key" AND "RemovedBlob"."notedAt" <= done."notedAt"`
  }
}
