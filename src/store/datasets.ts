import type { DatasetStore } from '../service/ports/datasets.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { DatasetStatistics } from '../job-spec/defaults.ts'
import type { IngestReport } from '../job-spec/ingest-report.ts'
import type { PrismaClient } from './generated/client.ts'
import { older, page } from './pages.ts'
import { json } from './prisma-types.ts'
import { requireQuota } from './quota.ts'
import { datasetOf, datasetSummaryOf } from './rows.ts'
import { useUpload } from './uploads.ts'

/** Data sets, from their upload on. One function: a table of queries, each a few lines. */
export function datasetStore(prisma: PrismaClient, quota: Quota): DatasetStore {
  return {
    createDataset: (teamId, { id, name, settings, ...source }) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'ingests' })
        const from =
          'uploadId' in source ? await useUpload(tx, { teamId, uploadId: source.uploadId, datasetId: id }) : source
        const isImport = 'importFrom' in from
        const sizeBytes = isImport ? 0 : from.sizeBytes
        await requireQuota(tx, { quota, teamId, of: 'bytes', adds: sizeBytes })
        const row = await tx.dataset.create({
          data: {
            id,
            teamId,
            name,
            ...(settings === undefined ? {} : { options: json(settings) }),
            state: isImport ? 'importing' : 'ingesting',
            sizeBytes,
            uploadKey: from.uploadKey,
            importFrom: isImport ? from.importFrom : null,
          },
        })
        await tx.outbox.create({ data: { kind: 'dataset', ref: id } })
        return datasetOf(row)
      }),
    async dataset(teamId, id) {
      const row = await prisma.dataset.findFirst({
        where: { teamId, id, state: { not: 'deleted' } },
        omit: { report: true },
      })
      return row === null ? undefined : datasetOf(row)
    },
    async datasets(teamId, request) {
      const listed = older(teamId, request)
      return page(
        await prisma.dataset.findMany({
          ...listed,
          where: { ...listed.where, state: { not: 'deleted' } },
          omit: { report: true, manifest: true },
        }),
        request.limit,
        datasetSummaryOf,
      )
    },
    async datasetFacts(teamId, id) {
      const row = await prisma.dataset.findFirst({ where: { teamId, id, state: 'ready' }, select: { manifest: true } })
      return (row?.manifest ?? undefined) as unknown as DatasetStatistics | undefined
    },
    async datasetClasses(teamId, id) {
      const [row] = await prisma.$queryRaw<{ classes: string[] | null }[]>`
        SELECT "manifest"->'classes' AS "classes" FROM "Dataset" WHERE "id" = ${id} AND "teamId" = ${teamId}`
      return row?.classes ?? undefined
    },
    datasetDeleted: async (teamId, id) =>
      (await prisma.dataset.count({ where: { teamId, id, state: 'deleted' } })) === 1,
    async datasetReport(teamId, id) {
      const row = await prisma.dataset.findFirst({ where: { teamId, id, state: 'ready' }, select: { report: true } })
      return (row?.report ?? undefined) as IngestReport | undefined
    },
    async packedKey(teamId, id) {
      const row = await prisma.dataset.findFirst({ where: { teamId, id, state: 'ready' }, select: { packedKey: true } })
      return row?.packedKey ?? undefined
    },
  }
}
