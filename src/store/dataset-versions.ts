import { AppError } from '../errors.ts'
import { parseDatasetRef, versionId } from '../service/dataset-ref.ts'
import type { DatasetSource, DatasetStore } from '../service/ports/datasets.ts'
import type { Quota } from '../service/ports/teams.ts'
import type { Prisma, PrismaClient } from './generated/client.ts'
import { numberCursor, page } from './pages.ts'
import { json, type Transaction } from './prisma-types.ts'
import { requireQuota } from './quota.ts'
import { datasetVersionOf } from './rows.ts'
import { sharedDatasets } from './shares.ts'
import { useUpload } from './uploads.ts'
import { traceparent } from '../tracing/tracing.ts'

/** Documents that no list reads. */
const UNREAD = { report: true, manifest: true, changes: true } as const

/** The rows that a reference means: one version, or none. */
export function versionOf(teamId: string, ref: string): Prisma.DatasetVersionWhereInput {
  const parsed = parseDatasetRef(ref)
  if (parsed?.version === undefined) return { teamId, datasetId: ref, isCurrent: true }
  return { teamId, id: versionId(parsed.id, parsed.version) }
}

/** Where the content of a new version comes from, as columns of its row. */
export async function sourceColumns(
  tx: Transaction,
  { quota, teamId, id }: { quota: Quota; teamId: string; id: string },
  source: DatasetSource,
): Promise<{ state: string; sizeBytes: number; uploadKey: string; importFrom: string | null }> {
  const from = 'uploadId' in source ? await useUpload(tx, { teamId, uploadId: source.uploadId, datasetId: id }) : source
  const isImport = 'importFrom' in from
  const sizeBytes = isImport ? 0 : from.sizeBytes
  await requireQuota(tx, { quota, teamId, of: 'bytes', adds: sizeBytes })
  return {
    state: isImport ? 'importing' : 'ingesting',
    sizeBytes,
    uploadKey: from.uploadKey,
    importFrom: isImport ? from.importFrom : null,
  }
}

/** Versions of data sets after the first. One function: a statement after the other on one table. */
export function datasetVersionStore(
  prisma: PrismaClient,
  quota: Quota,
): Pick<DatasetStore, 'createVersion' | 'requestedVersion' | 'versions' | 'renameDataset'> {
  return {
    createVersion: (teamId, datasetId, { requestId, base, changes, source, createdBy = null }) =>
      prisma.$transaction(async (tx) => {
        await requireQuota(tx, { quota, teamId, of: 'ingests' })
        const { number, name, options } = await lockedBase(tx, { teamId, datasetId, base })
        const id = versionId(datasetId, number)
        const columns =
          source === undefined
            ? { state: 'ingesting', sizeBytes: 0 }
            : await sourceColumns(tx, { quota, teamId, id }, source)
        const made = { parent: base, requestId, createdBy }
        const version = {
          id,
          datasetId,
          number,
          teamId,
          name,
          options: json(options),
          ...made,
          traceparent: traceparent(),
        }
        const row = await tx.datasetVersion.create({ data: { ...version, changes: json(changes), ...columns } })
        await tx.outbox.create({ data: { kind: 'dataset', ref: id } })
        return datasetVersionOf(row)
      }),
    async requestedVersion(teamId, requestId) {
      const row = await prisma.datasetVersion.findFirst({ where: { teamId, requestId }, omit: UNREAD })
      return row === null ? undefined : datasetVersionOf(row)
    },
    async versions(teamId, datasetId, { limit, after }) {
      const before = numberCursor(after)
      const shared = await sharedDatasets(prisma, teamId)
      const rows = await prisma.datasetVersion.findMany({
        where: {
          ...(shared.includes(datasetId) ? {} : { teamId }),
          datasetId,
          state: { not: 'deleted' },
          ...(before === undefined ? {} : { number: { lt: before } }),
        },
        orderBy: { number: 'desc' },
        take: limit + 1,
        omit: UNREAD,
      })
      return page(
        rows.map((row) => ({ id: BigInt(row.number), row })),
        limit,
        ({ row }) => datasetVersionOf(row),
      )
    },
    async renameDataset(teamId, datasetId, name) {
      const { count } = await prisma.datasetVersion.updateMany({
        where: { teamId, datasetId, state: { not: 'deleted' } },
        data: { name },
      })
      return count > 0
    },
  }
}

/** The version that another is to be made of, which cannot be deleted until the transaction ends, and the new one's number. */
async function lockedBase(
  tx: Transaction,
  { teamId, datasetId, base }: { teamId: string; datasetId: string; base: number },
): Promise<{ number: number; name: string; options: unknown }> {
  const rows = await tx.$queryRaw<{ number: number; name: string; options: unknown; state: string }[]>`
    SELECT "number", "name", "options", "state" FROM "DatasetVersion"
    WHERE "teamId" = ${teamId} AND "datasetId" = ${datasetId} ORDER BY "number" FOR UPDATE`
  const found = rows.find(({ number }) => number === base)
  if (found === undefined || found.state === 'deleted')
    throw new AppError('not_found', `There is no data set ${versionId(datasetId, base)}.`)
  if (found.state !== 'ready')
    throw new AppError(
      'wrong_state',
      `Version ${base} of data set ${datasetId} is ${found.state}; another is made of one that is ready.`,
    )
  // Not of the rows above: another transaction may have added one while this one waited for them.
  const { _max: newest } = await tx.datasetVersion.aggregate({ where: { datasetId }, _max: { number: true } })
  return { ...found, number: (newest.number ?? 0) + 1 }
}

/** Has the bare id of a data set mean the newest version that is ready; where none is, the newest that was not deleted. */
export async function chooseCurrent(tx: Pick<Transaction, '$executeRaw'>, datasetId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "DatasetVersion" SET "isCurrent" = ("number" = (
      SELECT "number" FROM "DatasetVersion" AS candidate WHERE candidate."datasetId" = ${datasetId}
      ORDER BY candidate."state" = 'deleted', candidate."state" <> 'ready', candidate."number" DESC LIMIT 1
    )) WHERE "datasetId" = ${datasetId}`
}
