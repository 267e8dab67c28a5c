import { AppError } from '../errors.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import { recordChange } from './audit.ts'
import { removeJobs } from './deletion.ts'
import { Prisma, type PrismaClient, type Team as TeamRow } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'
import { removeBlobs } from './removed-blobs.ts'
import { storedBytes } from './quota.ts'
import { operatedTeamOf } from './rows.ts'
import { putInTrash } from './trash-entries.ts'
import { removeUpload } from './uploads.ts'

/** Jobs, or versions of data sets, that go in one transaction. */
const PER_ROUND = 20
/** Milliseconds that one round may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }

/**
 * Puts a suspended team into the trash, or removes it for good.
 * @returns false where there is none @throws AppError `wrong_state` for one that is not suspended
 */
export async function deleteTeam(
  prisma: PrismaClient,
  teamId: string,
  by: ChangedBy,
  keptMs: number,
): Promise<boolean> {
  return keptMs > 0
    ? prisma.$transaction((tx) => moveToTrash(tx, { teamId, by, keptMs }))
    : removeTeam(prisma, teamId, by)
}

async function moveToTrash(
  tx: Transaction,
  { teamId, by, keptMs }: { teamId: string; by: ChangedBy; keptMs: number },
): Promise<boolean> {
  const team = await suspended(tx, teamId)
  if (team?.trashId !== null) return false
  const sizeBytes = Math.round(await storedBytes(tx, teamId))
  await putInTrash(tx, { id: teamId, teamId, type: 'team', name: team.name, sizeBytes }, keptMs)
  await tx.team.update({ where: { id: teamId }, data: { trashId: teamId } })
  const resource = { type: 'team', id: teamId }
  await recordChange(tx, { teamId, by, action: 'deleteTeam', resource, before: operatedTeamOf(team) })
  return true
}

/** @throws AppError `wrong_state` for one that is not suspended */
async function suspended(tx: Transaction, teamId: string): Promise<TeamRow | undefined> {
  const [team] = await tx.$queryRaw<TeamRow[]>`SELECT * FROM "Team" WHERE "id" = ${teamId} FOR UPDATE`
  if (team?.suspendedAt === null)
    throw new AppError('wrong_state', `Team ${teamId} is not suspended; suspend it before it is deleted.`)
  return team
}

/**
 * Deletes a suspended team with everything that it has, in rounds: what is left when one is cut off, the next call deletes. A worker that is
 * at one of its jobs finds its lease lost.
 * @returns false where there is none @throws AppError `wrong_state` for one that is not suspended
 */
export async function removeTeam(prisma: PrismaClient, teamId: string, by: ChangedBy): Promise<boolean> {
  for (;;) {
    const done = await prisma.$transaction((tx) => round(tx, teamId, by), LIMITS)
    if (done !== 'more') return done
  }
}

async function round(tx: Transaction, teamId: string, by: ChangedBy): Promise<boolean | 'more'> {
  const team = await suspended(tx, teamId)
  if (team === undefined) return false
  const batches = await tx.predictionBatch.findMany({ where: { teamId }, select: { id: true } })
  await removeBlobs(
    tx,
    batches.flatMap(({ id }) => [`predictions/${id}`, `logs/${id}`]),
  )
  await tx.share.deleteMany({ where: { teamId } })
  // They would keep the checkpoints.
  await tx.registeredModel.deleteMany({ where: { teamId } })
  if ((await someJobs(tx, teamId)) || (await someDatasets(tx, teamId))) return 'more'
  const uploads = await tx.upload.findMany({ where: { teamId }, select: { id: true } })
  await removeBlobs(
    tx,
    uploads.map(({ id }) => `uploads/${id}`),
  )
  await tx.idempotencyKey.deleteMany({ where: { teamId } })
  await tx.team.delete({ where: { id: teamId } })
  const resource = { type: 'team', id: teamId }
  const action = team.trashId === null ? 'deleteTeam' : 'purgeTeam'
  await recordChange(tx, { teamId, by, action, resource, before: operatedTeamOf(team) })
  return true
}

async function someJobs(tx: Transaction, teamId: string): Promise<boolean> {
  const jobs = await tx.job.findMany({ where: { teamId }, select: { id: true }, take: PER_ROUND })
  await removeJobs(
    tx,
    jobs.map(({ id }) => id),
  )
  return jobs.length > 0
}

async function someDatasets(tx: Transaction, teamId: string): Promise<boolean> {
  const versions = await tx.datasetVersion.findMany({
    where: { teamId },
    select: { id: true, uploadKey: true, packedKey: true },
    take: PER_ROUND,
  })
  for (const { id } of versions) await leaveToItsJobs(tx, teamId, id)
  for (const { uploadKey } of versions) if (uploadKey !== null) await removeUpload(tx, uploadKey)
  await removeBlobs(
    tx,
    versions.flatMap(({ packedKey }) => packedKey ?? []),
  )
  await tx.datasetVersion.deleteMany({ where: { teamId, id: { in: versions.map(({ id }) => id) } } })
  return versions.length > 0
}

/** A version that was shared and that a job of another team names goes, and its row stays with that team, as of a deleted one. */
async function leaveToItsJobs(tx: Transaction, teamId: string, id: string): Promise<void> {
  const job = await tx.job.findFirst({ where: { datasetId: id, teamId: { not: teamId } }, select: { teamId: true } })
  if (job === null) return
  const content = { uploadKey: null, packedKey: null, report: Prisma.DbNull, changes: Prisma.DbNull }
  await tx.datasetVersion.update({ where: { id }, data: { ...content, teamId: job.teamId, state: 'deleted' } })
}
