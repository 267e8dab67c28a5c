import type { StorageStore } from '../service/ports/storage.ts'
import type { StorageDimension, StorageRow } from '../service/storage-resources.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { cursor, numberCursor } from './pages.ts'
import { seeTrash } from './trash-entries.ts'

const KEYS: Readonly<Record<StorageDimension, Prisma.Sql>> = {
  dataset: Prisma.sql`stored."dataset"`,
  job: Prisma.sql`stored."job"`,
  person: Prisma.sql`stored."person"`,
  kind: Prisma.sql`stored."kind"`,
}
const ONLY: Readonly<Record<StorageDimension, Prisma.Sql>> = {
  dataset: Prisma.sql`stored."dataset" IS NOT NULL`,
  job: Prisma.sql`stored."job" IS NOT NULL`,
  person: Prisma.sql`true`,
  kind: Prisma.sql`true`,
}

/** Everything that counts as stored, as the quota of bytes counts it, the trash included. */
const stored = (teamId: string): Prisma.Sql => Prisma.sql`(
  SELECT 'dataset' AS "kind", "datasetId" AS "dataset", NULL AS "job", "name", "createdBy" AS "person", "sizeBytes", "trashId" IS NOT NULL AS "trashed"
  FROM "DatasetVersion" WHERE "teamId" = ${teamId} AND ("state" IN ('importing', 'ingesting', 'ready') OR "trashedState" = 'ready')
  UNION ALL
  SELECT 'upload', NULL, NULL, NULL, NULL, coalesce("sizeBytes", "offset"), false
  FROM "Upload" WHERE "teamId" = ${teamId} AND "datasetId" IS NULL
  UNION ALL
  SELECT 'checkpoint', NULL, job."id", job."name", job."submittedBy", own."sizeBytes", coalesce(own."trashId", job."trashId") IS NOT NULL
  FROM "Checkpoint" AS own JOIN "Job" AS job ON job."id" = own."jobId" WHERE job."teamId" = ${teamId}
  UNION ALL
  SELECT 'artifact', NULL, job."id", job."name", job."submittedBy", own."sizeBytes", coalesce(own."trashId", job."trashId") IS NOT NULL
  FROM "Artifact" AS own JOIN "Job" AS job ON job."id" = own."jobId" WHERE job."teamId" = ${teamId}
  UNION ALL
  SELECT 'predictions', NULL, NULL, NULL, NULL, "resultBytes", false
  FROM "PredictionBatch" WHERE "teamId" = ${teamId} AND "resultBytes" IS NOT NULL
  UNION ALL
  SELECT 'log', version."datasetId", job."id", coalesce(job."name", version."name"), coalesce(job."submittedBy", version."createdBy"), sum(chunk."bytes")::bigint,
    coalesce(job."trashId", version."trashId") IS NOT NULL
  FROM "LogChunk" AS chunk LEFT JOIN "Job" AS job ON job."id" = chunk."jobId" LEFT JOIN "DatasetVersion" AS version ON version."id" = chunk."datasetVersionId"
  WHERE chunk."teamId" = ${teamId} GROUP BY version."id", job."id", chunk."predictionBatchId"
)`

type Row = Omit<StorageRow, 'sizeBytes' | 'trashBytes'> & { sizeBytes: bigint; trashBytes: bigint }

/** Stored bytes, by what holds them. */
export function storageStore(prisma: PrismaClient): StorageStore {
  return {
    async storage(teamId, { by, limit, after }) {
      const from = numberCursor(after) ?? 0
      const named = by === 'dataset' || by === 'job'
      const rows = await prisma.$transaction(async (tx) => {
        await seeTrash(tx)
        return tx.$queryRaw<Row[]>`
          SELECT ${KEYS[by]} AS "id", CASE WHEN ${named} THEN max(stored."name") END AS "name", count(*)::int AS "items",
            sum(stored."sizeBytes")::bigint AS "sizeBytes",
            coalesce(sum(stored."sizeBytes") FILTER (WHERE stored."trashed"), 0)::bigint AS "trashBytes"
          FROM ${stored(teamId)} AS stored WHERE ${ONLY[by]}
          GROUP BY ${KEYS[by]} ORDER BY sum(stored."sizeBytes") DESC, ${KEYS[by]} LIMIT ${limit + 1} OFFSET ${from}`
      })
      const data = rows.slice(0, limit).map(({ sizeBytes, trashBytes, ...row }) => ({
        ...row,
        sizeBytes: Number(sizeBytes),
        trashBytes: Number(trashBytes),
      }))
      return { data, nextCursor: rows.length > limit ? cursor(BigInt(from + limit)) : null }
    },
  }
}
