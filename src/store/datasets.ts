import { versionId } from '../service/dataset-ref.ts'
import type { DatasetStore } from '../service/ports/datasets.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { DatasetStatistics } from '../job-spec/defaults.ts'
import type { IngestReport } from '../job-spec/ingest-report.ts'
import { datasetVersionStore, sourceColumns, versionOf } from './dataset-versions.ts'
import { readOnce } from './gathered.ts'
import type { PrismaClient } from './generated/client.ts'
import { listDatasets } from './dataset-lists.ts'
import { json } from './prisma-types.ts'
import { requireQuota } from './quota.ts'
import { datasetOf } from './rows.ts'
import { ownOrShared, sharedBy } from './shares.ts'
import { traceparent } from '../tracing/tracing.ts'

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
        const row = await tx.datasetVersion.create({
          data: { ...version, ...options, ...columns, traceparent: traceparent() },
        })
        await tx.outbox.create({ data: { kind: 'dataset', ref: id } })
        return datasetOf(row)
      }),
    dataset: readOnce((teamId, ref) =>
      ownOrShared(prisma, { teamId, ref }, async (owner) => {
        const row = await prisma.datasetVersion.findFirst({
          where: { ...versionOf(owner, ref), state: { not: 'deleted' } },
          omit: { report: true, changes: true },
        })
        return row === null ? undefined : { ...datasetOf(row), sharedBy: sharedBy(teamId, row) }
      }),
    ),
    datasets: (teamId, request) => listDatasets(prisma, teamId, request),
    datasetFacts: readOnce((teamId, ref) =>
      ownOrShared(prisma, { teamId, ref }, async (owner) => {
        const row = await prisma.datasetVersion.findFirst({
          where: { ...versionOf(owner, ref), state: 'ready' },
          select: { manifest: true },
        })
        return (row?.manifest ?? undefined) as unknown as DatasetStatistics | undefined
      }),
    ),
    async datasetClasses(teamId, ref) {
      const row = await prisma.datasetVersion.findFirst({
        where: { OR: [versionOf(teamId, ref), { id: ref, jobs: { some: { teamId } } }] },
        select: { manifest: true },
      })
      return (row?.manifest as { classes?: string[] } | null | undefined)?.classes
    },
    datasetDeleted: async (teamId, ref) =>
      (await prisma.datasetVersion.count({ where: { ...versionOf(teamId, ref), state: 'deleted' } })) > 0,
    datasetReport: (teamId, ref) =>
      ownOrShared(prisma, { teamId, ref }, async (owner) => {
        const row = await prisma.datasetVersion.findFirst({
          where: { ...versionOf(owner, ref), state: 'ready' },
          select: { report: true },
        })
        return (row?.report ?? undefined) as IngestReport | undefined
      }),
    packedKey: (teamId, ref) =>
      ownOrShared(prisma, { teamId, ref }, async (owner) => {
        const row = await prisma.datasetVersion.findFirst({
          where: { ...versionOf(owner, ref), state: 'ready' },
          select: { packedKey: true },
        })
        return row?.packedKey ?? undefined
      }),
  }
}
