import { AppError } from '../errors.ts'
import { datasetOfVersion, parseDatasetRef } from '../service/dataset-ref.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import type { Deletion } from '../service/ports/deletion.ts'
import { removeCheckpoints } from './checkpoints.ts'
import { chooseCurrent } from './dataset-versions.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { lockJob } from './job-moves.ts'
import { removeLogs } from './logs.ts'
import type { Transaction } from './prisma-types.ts'
import { requireNotRegistered } from './registered.ts'
import { removeBlobs } from './removed-blobs.ts'
import { removeUpload } from './uploads.ts'

/** Jobs that a refusal names. */
const MAX_NAMED = 5
/** Milliseconds that deleting something with everything under it may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }

/**
 * Deleting. Rows go in one transaction, in which the keys of their blobs are noted; the blobs follow. What something still needs is refused
 * with the names of what needs it.
 */
export function deletion(prisma: PrismaClient): Deletion {
  return {
    deleteJob: (teamId, id) => prisma.$transaction((tx) => deleteJob(tx, teamId, id), LIMITS),
    deleteSweep: (teamId, id) => prisma.$transaction((tx) => deleteSweep(tx, teamId, id), LIMITS),
    deleteCheckpoint: (teamId, id) => prisma.$transaction((tx) => deleteCheckpoint(tx, teamId, id), LIMITS),
    deleteDataset: (teamId, id) => prisma.$transaction((tx) => deleteDataset(tx, teamId, id), LIMITS),
  }
}

async function deleteJob(tx: Transaction, teamId: string, id: string): Promise<boolean> {
  const job = await lockJob(tx, id, teamId)
  if (job === undefined) return false
  if (!ENDED_STATES.includes(job.state))
    throw new AppError('wrong_state', `Job ${id} is ${job.state}; cancel it before it is deleted.`)
  const { datasetId, trial } = await tx.job.findUniqueOrThrow({
    where: { id },
    select: { datasetId: true, trial: { select: { sweep: { select: { id: true, state: true } } } } },
  })
  if (trial?.sweep.state === 'running')
    throw new AppError('wrong_state', `Job ${id} is a trial of sweep ${trial.sweep.id}, which is running.`)
  await requireUnused(tx, { jobId: id, what: `Job ${id}` })
  await removeJobs(tx, [id])
  await forgetDataset(tx, datasetId)
  return true
}

async function deleteSweep(tx: Transaction, teamId: string, id: string): Promise<boolean> {
  const [sweep] = await tx.$queryRaw<{ state: string; datasetId: string }[]>`
    SELECT "state", "datasetId" FROM "Sweep" WHERE "id" = ${id} AND "teamId" = ${teamId} FOR UPDATE`
  if (sweep === undefined) return false
  if (sweep.state === 'running')
    throw new AppError('wrong_state', `Sweep ${id} is running; cancel it before it is deleted.`)
  const trials = await tx.trial.findMany({ where: { sweepId: id }, select: { jobId: true } })
  for (const { jobId } of trials) {
    const job = await lockJob(tx, jobId)
    if (job !== undefined && !ENDED_STATES.includes(job.state))
      throw new AppError('wrong_state', `Trial ${jobId} of sweep ${id} is ${job.state}; cancel it first.`)
    await requireUnused(tx, { jobId, what: `Trial ${jobId} of sweep ${id}` })
  }
  await removeJobs(
    tx,
    trials.map(({ jobId }) => jobId),
  )
  await tx.sweep.delete({ where: { id } })
  await forgetDataset(tx, sweep.datasetId)
  return true
}

async function deleteCheckpoint(tx: Transaction, teamId: string, id: string): Promise<boolean> {
  const row = await tx.checkpoint.findFirst({
    where: { id, job: { teamId } },
    select: { id: true, blobKey: true, sha256: true, jobId: true },
  })
  if (row === null) return false
  const job = await lockJob(tx, row.jobId)
  if (job !== undefined && !ENDED_STATES.includes(job.state))
    throw new AppError('wrong_state', `Job ${row.jobId} of checkpoint ${id} is ${job.state} and may need it.`)
  await requireUnused(tx, { checkpointId: id, what: `Checkpoint ${id}` })
  if ((await tx.checkpoint.count({ where: { id } })) === 0) return false
  await removeCheckpoints(tx, [row])
  return true
}

interface VersionRow {
  id: string
  number: number
  parent: number | null
  state: string
  uploadKey: string | null
  packedKey: string | null
}

/** Deletes a data set with all its versions, or, of a reference with a version, that one. */
async function deleteDataset(tx: Transaction, teamId: string, ref: string): Promise<boolean> {
  const { id, version } = parseDatasetRef(ref) ?? { id: ref }
  const rows = await tx.$queryRaw<VersionRow[]>`
    SELECT "id", "number", "parent", "state", "uploadKey", "packedKey" FROM "DatasetVersion"
    WHERE "datasetId" = ${id} AND "teamId" = ${teamId} AND "state" <> 'deleted' ORDER BY "number" FOR UPDATE`
  const wanted = rows.filter(({ number }) => version === undefined || number === version)
  if (wanted.length === 0) return false
  await requireUnneeded(tx, { ref, rows, wanted })
  for (const row of wanted) await deleteVersion(tx, row)
  await chooseCurrent(tx, id)
  for (const row of wanted) await forgetDataset(tx, row.id)
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
      `Data set ${ref} is needed by ${named(using)}; cancel them or let them end before it is deleted.`,
    )
  const numbers = new Set(wanted.map(({ number }) => number))
  const child = rows.find(
    ({ number, parent, state }) =>
      !numbers.has(number) && parent !== null && numbers.has(parent) && state !== 'ready' && state !== 'failed',
  )
  if (child !== undefined)
    throw new AppError('wrong_state', `Version ${child.number} is being made of ${ref}; wait for it, or delete it too.`)
}

async function deleteVersion(tx: Transaction, row: VersionRow): Promise<void> {
  const { id } = row
  if (row.uploadKey !== null) await removeUpload(tx, row.uploadKey)
  await removeBlobs(tx, [row.packedKey ?? `datasets/${id}`])
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
    },
  })
}

/** The row of a deleted version stays as long as a job of any team names it, and as long as the data set has others. */
async function forgetDataset(tx: Transaction, id: string): Promise<void> {
  const datasetId = datasetOfVersion(id)
  if ((await tx.datasetVersion.count({ where: { datasetId, state: { not: 'deleted' } } })) > 0) return
  await tx.$executeRaw`
    DELETE FROM "DatasetVersion" WHERE "datasetId" = ${datasetId} AND "state" = 'deleted' AND NOT "anneal_dataset_named"("id")`
}

/** Deletes jobs with all that they have. */
export async function removeJobs(tx: Transaction, ids: string[]): Promise<void> {
  const inJobs = { jobId: { in: ids } }
  const checkpoints = await tx.checkpoint.findMany({
    where: inJobs,
    select: { id: true, blobKey: true, sha256: true },
  })
  await removeCheckpoints(tx, checkpoints)
  const keys = ids.flatMap((id) => [`checkpoints/${id}`, `artifacts/${id}`])
  await removeBlobs(tx, keys)
  await removeLogs(tx, ids)
  await tx.job.deleteMany({ where: { id: { in: ids } } })
}

/**
 * No job that names the checkpoints can be submitted until the transaction ends.
 * @throws AppError `wrong_state` where a job that has not ended starts from a checkpoint, or is taught by it; `conflict` where one is registered
 */
async function requireUnused(
  tx: Transaction,
  { what, ...of }: { what: string } & ({ jobId: string } | { checkpointId: string }),
): Promise<void> {
  const checkpoints = 'jobId' in of ? Prisma.sql`"jobId" = ${of.jobId}` : Prisma.sql`"id" = ${of.checkpointId}`
  await tx.$queryRaw`SELECT 1 FROM "Checkpoint" WHERE ${checkpoints} ORDER BY "id" FOR UPDATE`
  await requireNotRegistered(tx, { what, ...('jobId' in of ? { jobId: of.jobId } : { id: of.checkpointId }) })
  const uses = await tx.checkpointUse.findMany({
    where: {
      job: { state: { notIn: [...ENDED_STATES] } },
      checkpoint: 'jobId' in of ? { jobId: of.jobId } : { id: of.checkpointId },
    },
    select: { jobId: true },
    take: MAX_NAMED + 1,
  })
  if (uses.length > 0)
    throw new AppError(
      'wrong_state',
      `${what} cannot be deleted: its weights are named by ${named(uses.map(({ jobId: id }) => ({ id })))}, which has not ended.`,
    )
}

function named(jobs: readonly { id: string }[]): string {
  const names = jobs.slice(0, MAX_NAMED).map(({ id }) => id)
  return `${names.join(', ')}${jobs.length > MAX_NAMED ? ' and others' : ''}`
}
