import { newId } from '../service/ids.ts'
import type { CheckpointStore } from '../service/ports/checkpoints.ts'
import type { JobRecord } from '../service/ports/job-claims.ts'
import type { PrismaClient } from './generated/client.ts'
import { ENDED_STATES } from '../service/job-states.ts'
import type { Transaction } from './prisma-types.ts'
import { NOT_REGISTERED } from './registered.ts'
import { removeBlobs } from './removed-blobs.ts'
import { artifactOf, checkpointOf } from './rows.ts'

/** Checkpoints and artifacts as they are read. */
export function checkpointStore(prisma: PrismaClient): CheckpointStore {
  return {
    checkpoints: async (jobId) =>
      (await prisma.checkpoint.findMany({ where: { jobId, supersededAt: null }, orderBy: { kind: 'asc' } })).map(
        checkpointOf,
      ),
    async checkpoint(teamId, id) {
      const row = await prisma.checkpoint.findFirst({ where: { id, job: { teamId } } })
      return row === null ? undefined : { ...checkpointOf(row), blobKey: row.blobKey }
    },
    artifacts: async (jobId) =>
      (await prisma.artifact.findMany({ where: { jobId }, orderBy: { kind: 'asc' } })).map(artifactOf),
    async artifact(jobId, kind) {
      const row = await prisma.artifact.findFirst({ where: { jobId, kind } })
      return row === null ? undefined : { ...artifactOf(row), blobKey: row.blobKey }
    },
  }
}

/** Adds a checkpoint. The one of its kind before it is superseded and kept; older ones go, but for those that are registered, or that a job which has not ended names. */
export async function addCheckpoint(
  tx: Transaction,
  jobId: string,
  { metrics, ...checkpoint }: NonNullable<JobRecord['checkpoint']>,
): Promise<void> {
  const { kind, blobKey } = checkpoint
  // Written by a call whose answer was lost.
  if ((await tx.checkpoint.count({ where: { jobId, kind, blobKey, supersededAt: null } })) > 0) return
  // A job that is being submitted may name one of them: that one is left for the next time.
  const free = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Checkpoint" WHERE "jobId" = ${jobId} AND "kind" = ${kind} AND "supersededAt" IS NOT NULL AND "trashId" IS NULL
    ORDER BY "id" FOR UPDATE SKIP LOCKED`
  const old = await tx.checkpoint.findMany({
    where: {
      id: { in: free.map(({ id }) => id) },
      uses: { none: { job: { state: { notIn: [...ENDED_STATES] } } } },
      ...NOT_REGISTERED,
    },
    select: { id: true, blobKey: true, sha256: true },
  })
  await removeCheckpoints(tx, old)
  await tx.checkpoint.updateMany({ where: { jobId, kind, supersededAt: null }, data: { supersededAt: new Date() } })
  await tx.checkpoint.create({
    data: { id: newId('ckpt', Date.now()), jobId, ...checkpoint, metrics: metrics },
  })
}

/** Deletes rows, and gives up their blobs and exports where no other checkpoint has them. */
export async function removeCheckpoints(
  tx: Transaction,
  checkpoints: readonly { id: string; blobKey: string; sha256: string }[],
): Promise<void> {
  if (checkpoints.length === 0) return
  const these = { where: { id: { in: checkpoints.map(({ id }) => id) } } }
  await tx.checkpoint.deleteMany(these)
  await tx.trash.deleteMany(these)
  const kept = await tx.checkpoint.findMany({
    where: { sha256: { in: checkpoints.map(({ sha256 }) => sha256) } },
    select: { blobKey: true, sha256: true },
  })
  const [blobs, hashes] = [new Set(kept.map(({ blobKey }) => blobKey)), new Set(kept.map(({ sha256 }) => sha256))]
  const keys = checkpoints.flatMap(({ blobKey, sha256 }) => [
    ...(blobs.has(blobKey) ? [] : [blobKey]),
    ...(hashes.has(sha256) ? [] : [`exports/${sha256}`]),
  ])
  await removeBlobs(tx, keys)
}
