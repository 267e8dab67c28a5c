import { AppError } from '../errors.ts'
import { datasetOfVersion, parseDatasetRef, versionId } from '../service/dataset-ref.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import { chooseCurrent } from './dataset-versions.ts'
import { jobNames, MAX_NAMED, type DeletionRequest } from './deletion-request.ts'
import { Prisma } from './generated/client.ts'
import { removeLogs } from './logs.ts'
import type { Transaction } from './prisma-types.ts'
import { removeBlobs } from './removed-blobs.ts'
import { putInTrash, seeTrash } from './trash-entries.ts'
import { removeUpload } from './uploads.ts'

/** Of versions of data sets that can be restored. */
const RESTORED_STATES = ['ready', 'failed']

interface VersionRow {
  id: string
  name: string
  number: number
  parent: number | null
  state: string
  sizeBytes: bigint
  uploadKey: string | null
  packedKey: string | null
}

/** Deletes a data set with all its versions, or, of a reference with a version, that one. */
export async function deleteDataset(tx: Transaction, { teamId, id: ref, keptMs }: DeletionRequest): Promise<boolean> {
  const { id, version } = parseDatasetRef(ref) ?? { id: ref }
  const entry = version === undefined ? id : versionId(id, version)
  const rows = await tx.$queryRaw<VersionRow[]>`
    SELECT "id", "name", "number", "parent", "state", "sizeBytes", "uploadKey", "packedKey" FROM "DatasetVersion"
    WHERE "datasetId" = ${id} AND "teamId" = ${teamId} AND "state" <> 'deleted' ORDER BY "number" FOR UPDATE`
  const wanted = rows.filter(({ number }) => version === undefined || number === version)
  const [first] = wanted
  if (first === undefined) return false
  await requireUnneeded(tx, { ref, rows, wanted })
  await seeTrash(tx)
  const kept = keptMs > 0 ? wanted.filter(({ state }) => RESTORED_STATES.includes(state)) : []
  if (kept.length > 0) {
    const type = version === undefined ? 'dataset' : 'datasetVersion'
    // As the quota counts it: of one that failed nothing is kept.
    const sizeBytes = kept.reduce((sum, row) => sum + (row.state === 'ready' ? row.sizeBytes : 0n), 0n)
    await putInTrash(tx, { id: entry, teamId, type, name: first.name, sizeBytes }, keptMs)
  }
  for (const row of kept)
    await tx.datasetVersion.update({
      where: { id: row.id },
      data: { state: 'deleted', trashedState: row.state, trashId: entry },
    })
  const gone = wanted.filter((row) => !kept.includes(row))
  for (const row of gone) await removeVersion(tx, row)
  await chooseCurrent(tx, id)
  for (const row of gone) await forgetDataset(tx, row.id)
  return true
}

async function requireUnneeded(
  tx: Transaction,
  { ref, rows, wanted }: { ref: string; rows: readonly VersionRow[]; wanted: readonly VersionRow[] },
): Promise<void> {
  const using = await tx.job.findMany({
    where: { datasetId: { in: wanted.map(({ id }) => id) }, state: { notIn: [...ENDED_STATES] } },
    select: { id: true },
    take: MAX_NAMED + 1,
  })
  if (using.length > 0)
    throw new AppError(
      'wrong_state',
      `Data set ${ref} is needed by ${jobNames(using)}; cancel them or let them end before it is deleted.`,
    )
  const numbers = new Set(wanted.map(({ number }) => number))
  const child = rows.find(
    ({ number, parent, state }) =>
      !numbers.has(number) && parent !== null && numbers.has(parent) && state !== 'ready' && state !== 'failed',
  )
  if (child !== undefined)
    throw new AppError('wrong_state', `Version ${child.number} is being made of ${ref}; wait for it, or delete it too.`)
}

/** Removes what a version has; its row stays as one of a deleted version. */
export async function removeVersion(
  tx: Transaction,
  row: Pick<VersionRow, 'id' | 'uploadKey' | 'packedKey'>,
): Promise<void> {
  const { id } = row
  if (row.uploadKey !== null) await removeUpload(tx, row.uploadKey)
  if (row.packedKey !== null) await removeBlobs(tx, [row.packedKey])
  await removeLogs(tx, [id])
  // The manifest stays: it holds the classes that the jobs' checkpoints know. The token makes the worker that may be ingesting it give up.
  await tx.datasetVersion.updateMany({
    where: { id },
    data: {
      state: 'deleted',
      token: { increment: 1 },
      uploadKey: null,
      packedKey: null,
      report: Prisma.DbNull,
      changes: Prisma.DbNull,
      leaseUntil: null,
      trashId: null,
      trashedState: null,
    },
  })
}

/** The row of a deleted version stays as long as a job of any team names it, and as long as the data set has others, in the trash or not. */
export async function forgetDataset(tx: Transaction, id: string): Promise<void> {
  const datasetId = datasetOfVersion(id)
  const there = { datasetId, OR: [{ state: { not: 'deleted' } }, { trashId: { not: null } }] }
  if ((await tx.datasetVersion.count({ where: there })) > 0) return
  await tx.$executeRaw`
    DELETE FROM "DatasetVersion" WHERE "datasetId" = ${datasetId} AND "state" = 'deleted' AND NOT "anneal_dataset_named"("id")`
}
