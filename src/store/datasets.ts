import { versionId } from '../service/dataset-ref.ts'
import type { DatasetStore } from '../service/ports/datasets.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { DatasetStatistics } from '../job-spec/defaults.ts'
import type { IngestReport } from '../job-spec/ingest-report.ts'
import { datasetVersionStore, sourceColumns, versionOf } from './dataset-versions.ts'
import type { PrismaClient } from './generated/client.ts'
import { older, page } from './pages.ts'
import { json } from './prisma-types.ts'
import { requireQuota } from './quota.ts'
import { datasetOf, datasetSummaryOf } from './rows.ts'

/** Data sets, from their upload on. One function: a table of queries, each a few lines. */
export function datasetStore(prisma: PrismaClient, quota: Quota): DatasetStore {
  return {
    ...datasetVersionStore(prisma, quota),
    createDataset: (teamId, { id: datasetId, name, settings, createdBy = null, ...source }) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'ingests' })
        const id = versionId(datasetId, 1)
        const columns = await sourceColumns(tx, { quota, teamId, id }, source)
        const version = { id, datasetId, number: 1, isCurrent: true, teamId, name, createdBy }
        const options = settings === undefined ? {} : { options: json(settings) }
        const row = await tx.datasetVersion.create({ data: { ...version, ...options, ...columns } })
        await tx.outbox.create({ data: { kind: 'dataset', ref: id } })
        return datasetOf(row)
      }),
    async dataset(teamId, ref) {
      const row = await prisma.datasetVersion.findFirst({
        where: { ...versionOf(teamId, ref), state: { not: 'deleted' } },
        omit: { report: true, changes: true },
      })
      return row === null ? undefined : datasetOf(row)
    },
    async datasets(teamId, request) {
      const listed = older(teamId, request)
      return page(
        await prisma.datasetVersion.findMany({
          ...listed,
          where: { ...listed.where, isCurrent: true, state: { not: 'deleted' } },
          omit: { report: true, manifest: true, changes: true },
        }),
        request.limit,
        datasetSummaryOf,
      )
    },
    async datasetFacts(teamId, ref) {
      const row = await prisma.datasetVersion.findFirst({
        where: { ...versionOf(teamId, ref), state: 'ready' },
        select: { manifest: true },
      })
      return (row?.manifest ?? undefined) as unknown as DatasetStatistics | undefined
    },
    async datasetClasses(teamId, ref) {
      const row = await prisma.datasetVersion.findFirst({ where: versionOf(teamId, ref), select: { manifest: true } })
      return (row?.manifest as { classes?: string[] } | null | undefined)?.classes
    },
    datasetDeleted: async (teamId, ref) =>
      (await prisma.datasetVersion.count({ where: { ...versionOf(teamId, ref), state: 'deleted' } })) > 0,
    async datasetReport(teamId, ref) {
      const row = await prisma.datasetVersion.findFirst({
        where: { ...versionOf(teamId, ref), state: 'ready' },
        select: { report: true },
      })
      return (row?.report ?? undefined) as IngestReport | undefined
    },
    async packedKey(teamId, ref) {
      const row = await prisma.datasetVersion.findFirst({
        where: { ...versionOf(teamId, ref), state: 'ready' },
        select: { packedKey: true },
      })
      return row?.packedKey ?? undefined
    },
  }
}
