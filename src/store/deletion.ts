import { AppError } from '../errors.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import type { Deletion } from '../service/ports/deletion.ts'
import { removeCheckpoints } from './checkpoints.ts'
import { deleteDataset, forgetDataset } from './dataset-deletion.ts'
import { jobNames, MAX_NAMED, type DeletionRequest } from './deletion-request.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { lockJob } from './job-moves.ts'
import { removeLogs } from './logs.ts'
import type { Transaction } from './prisma-types.ts'
import { requireNotRegistered } from './registered.ts'
import { removeBlobs } from './removed-blobs.ts'
import { artifactEntry, bytesOfJobs, putInTrash, seeTrash } from './trash-entries.ts'

/** Milliseconds that deleting something with everything under it may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }

/**
 * Deleting. What goes into the trash keeps its rows, hidden under an entry of it; `purge.ts` removes them later. What goes for good goes in one
 * transaction, in which the keys of its blobs are noted; the blobs follow. What something still needs is refused with the names of what needs it.
 */
export function deletion(prisma: PrismaClient): Deletion {
  const within = <T>(run: (tx: Transaction) => Promise<T>): Promise<T> => prisma.$transaction(run, LIMITS)
  return {
    deleteJob: (teamId, id, keptMs) => within((tx) => deleteJob(tx, { teamId, id, keptMs })),
    deleteSweep: (teamId, id, keptMs) => within((tx) => deleteSweep(tx, { teamId, id, keptMs })),
    deleteCheckpoint: (teamId, id, keptMs) => within((tx) => deleteCheckpoint(tx, { teamId, id, keptMs })),
    deleteArtifact: (teamId, { jobId, kind }, keptMs) =>
      within((tx) => deleteArtifact(tx, { teamId, id: jobId, kind, keptMs })),
    deleteDataset: (teamId, id, keptMs) => within((tx) => deleteDataset(tx, { teamId, id, keptMs })),
  }
}

export async function deleteJob(tx: Transaction, { teamId, id, keptMs }: DeletionRequest): Promise<boolean> {
  const job = await lockJob(tx, id, teamId)
  if (job === undefined) return false
  const { name, datasetId, trial, trashId } = await tx.job.findUniqueOrThrow({
    where: { id },
    select: {
      name: true,
      datasetId: true,
      trashId: true,
      trial: { select: { sweep: { select: { id: true, state: true } } } },
    },
  })
  if (trashId !== null) return false
  if (!ENDED_STATES.includes(job.state))
    throw new AppError('wrong_state', `Job ${id} is ${job.state}; cancel it before it is deleted.`)
  if (trial?.sweep.state === 'running')
    throw new AppError('wrong_state', `Job ${id} is a trial of sweep ${trial.sweep.id}, which is running.`)
  await requireUnused(tx, { jobId: id, what: `Job ${id}` })
  await seeTrash(tx)
  if (keptMs > 0) {
    await putInTrash(tx, { id, teamId, type: 'job', name, sizeBytes: await bytesOfJobs(tx, [id]) }, keptMs)
    await tx.job.update({ where: { id }, data: { trashId: id } })
    return true
  }
  await removeJobs(tx, [id])
  await forgetDataset(tx, datasetId)
  return true
}

async function deleteSweep(tx: Transaction, { teamId, id, keptMs }: DeletionRequest): Promise<boolean> {
  const [sweep] = await tx.$queryRaw<{ name: string; state: string; datasetId: string }[]>`
    SELECT "name", "state", "datasetId" FROM "Sweep"
    WHERE "id" = ${id} AND "teamId" = ${teamId} AND "trashId" IS NULL FOR UPDATE`
  if (sweep === undefined) return false
  if (sweep.state === 'running')
    throw new AppError('wrong_state', `Sweep ${id} is running; cancel it before it is deleted.`)
  const trials = await tx.trial.findMany({ where: { sweepId: id, job: { trashId: null } }, select: { jobId: true } })
  for (const { jobId } of trials) {
    const job = await lockJob(tx, jobId)
    if (job !== undefined && !ENDED_STATES.includes(job.state))
      throw new AppError('wrong_state', `Trial ${jobId} of sweep ${id} is ${job.state}; cancel it first.`)
    await requireUnused(tx, { jobId, what: `Trial ${jobId} of sweep ${id}` })
  }
  const jobs = trials.map(({ jobId }) => jobId)
  await seeTrash(tx)
  if (keptMs > 0) {
    const sizeBytes = await bytesOfJobs(tx, jobs)
    await putInTrash(tx, { id, teamId, type: 'sweep', name: sweep.name, sizeBytes }, keptMs)
    await tx.job.updateMany({ where: { id: { in: jobs } }, data: { trashId: id } })
    await tx.sweep.update({ where: { id }, data: { trashId: id } })
    return true
  }
  await removeJobs(tx, jobs)
  await tx.sweep.delete({ where: { id } })
  await forgetDataset(tx, sweep.datasetId)
  return true
}

export async function deleteCheckpoint(tx: Transaction, { teamId, id, keptMs }: DeletionRequest): Promise<boolean> {
  const row = await tx.checkpoint.findFirst({
    where: { id, trashId: null, job: { teamId, trashId: null } },
    select: {
      id: true,
      blobKey: true,
      sha256: true,
      jobId: true,
      kind: true,
      sizeBytes: true,
      job: { select: { name: true } },
    },
  })
  if (row === null) return false
  const job = await lockJob(tx, row.jobId)
  if (job !== undefined && !ENDED_STATES.includes(job.state))
    throw new AppError('wrong_state', `Job ${row.jobId} of checkpoint ${id} is ${job.state} and may need it.`)
  await requireUnused(tx, { checkpointId: id, what: `Checkpoint ${id}` })
  if ((await tx.checkpoint.count({ where: { id, trashId: null } })) === 0) return false
  await seeTrash(tx)
  if (keptMs > 0) {
    const name = `${row.job.name}, ${row.kind}`
    await putInTrash(tx, { id, teamId, type: 'checkpoint', name, sizeBytes: row.sizeBytes }, keptMs)
    await tx.checkpoint.update({ where: { id }, data: { trashId: id } })
  } else await removeCheckpoints(tx, [row])
  return true
}

async function deleteArtifact(tx: Transaction, request: DeletionRequest & { kind: string }): Promise<boolean> {
  const { teamId, id: jobId, kind, keptMs } = request
  const job = await lockJob(tx, jobId, teamId)
  const row = await tx.artifact.findFirst({
    where: { jobId, kind, trashId: null, job: { teamId, trashId: null } },
    select: { blobKey: true, sizeBytes: true, job: { select: { name: true } } },
  })
  if (job === undefined || row === null) return false
  if (!ENDED_STATES.includes(job.state))
    throw new AppError('wrong_state', `Job ${jobId} is ${job.state} and may write its artifact ${kind} again.`)
  const where = { jobId_kind: { jobId, kind } }
  await seeTrash(tx)
  if (keptMs > 0) {
    const id = artifactEntry(jobId, kind)
    const name = `${row.job.name}, ${kind}`
    await putInTrash(tx, { id, teamId, type: 'artifact', name, sizeBytes: row.sizeBytes }, keptMs)
    await tx.artifact.update({ where, data: { trashId: id } })
    return true
  }
  await removeBlobs(tx, [row.blobKey])
  await tx.artifact.delete({ where })
  return true
}

/** Deletes jobs with all that they have, in the trash or not; the transaction sees the trash. */
export async function removeJobs(tx: Transaction, ids: string[]): Promise<void> {
  const inJobs = { jobId: { in: ids } }
  const checkpoints = await tx.checkpoint.findMany({
    where: inJobs,
    select: { id: true, blobKey: true, sha256: true },
  })
  await removeCheckpoints(tx, checkpoints)
  const artifacts = await tx.artifact.findMany({ where: inJobs, select: { jobId: true, kind: true } })
  const entries = [...ids, ...artifacts.map(({ jobId, kind }) => artifactEntry(jobId, kind))]
  await tx.trash.deleteMany({ where: { id: { in: entries } } })
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
      `${what} cannot be deleted: its weights are named by ${jobNames(uses.map(({ jobId: id }) => ({ id })))}, which has not ended.`,
    )
}
