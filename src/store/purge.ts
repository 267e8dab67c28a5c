import type { ChangedBy } from '../service/ports/audit.ts'
import { removeCheckpoints } from './checkpoints.ts'
import { NOW } from './clock.ts'
import { forgetDataset, removeVersion } from './dataset-deletion.ts'
import { removeJobs } from './deletion.ts'
import type { PrismaClient } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'
import { removeBlobs } from './removed-blobs.ts'
import { removeTeam } from './team-deletion.ts'
import { seeTrash } from './trash-entries.ts'

/** Jobs that go in one transaction, and rounds of one call. */
const PER_ROUND = 20
const MAX_ROUNDS = 20
/** Milliseconds that one round may take. */
const LIMITS = { timeout: 60_000, maxWait: 10_000 }
/** Who removes what has been in the trash long enough. */
const WORKER: ChangedBy = { kind: 'host', id: 'trash', name: 'trash', keyId: null, requestId: null }

/** Removes entries whose time is over, the longest first, in rounds; several workers share them. */
export async function purgeDue(prisma: PrismaClient): Promise<number> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const due = await prisma.$transaction(async (tx) => {
      const [row] = await tx.$queryRaw<{ id: string; type: string }[]>`
        SELECT "id", "type" FROM "Trash" WHERE "purgeAt" <= ${NOW} ORDER BY "purgeAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED`
      if (row !== undefined && row.type !== 'team') await purgeEntry(tx, row.id)
      return row
    }, LIMITS)
    if (due === undefined) return round
    if (due.type === 'team') await removeTeam(prisma, due.id, WORKER)
  }
  return MAX_ROUNDS
}

/** Removes the rows that are hidden under an entry, and notes their blobs. @returns `more` where another round is needed */
export async function purgeEntry(tx: Transaction, id: string): Promise<'more' | 'done'> {
  await seeTrash(tx)
  // Another call may be at it, or have been.
  const locked = await tx.$queryRaw<object[]>`SELECT 1 FROM "Trash" WHERE "id" = ${id} FOR UPDATE`
  if (locked.length === 0) return 'done'
  const hidden = { where: { trashId: id } }
  const jobs = await tx.job.findMany({ ...hidden, select: { id: true, datasetId: true }, take: PER_ROUND })
  await removeJobs(
    tx,
    jobs.map((job) => job.id),
  )
  for (const datasetId of new Set(jobs.map((job) => job.datasetId))) await forgetDataset(tx, datasetId)
  if (jobs.length === PER_ROUND) return 'more'
  const checkpoints = await tx.checkpoint.findMany({ ...hidden, select: { id: true, blobKey: true, sha256: true } })
  await removeCheckpoints(tx, checkpoints)
  const artifacts = await tx.artifact.findMany({ ...hidden, select: { blobKey: true } })
  await removeBlobs(
    tx,
    artifacts.map(({ blobKey }) => blobKey),
  )
  await tx.artifact.deleteMany(hidden)
  const versions = await tx.datasetVersion.findMany({
    ...hidden,
    select: { id: true, uploadKey: true, packedKey: true },
  })
  for (const version of versions) await removeVersion(tx, version)
  for (const version of versions) await forgetDataset(tx, version.id)
  const sweeps = await tx.sweep.findMany({ ...hidden, select: { datasetId: true } })
  await tx.sweep.deleteMany(hidden)
  for (const { datasetId } of sweeps) await forgetDataset(tx, datasetId)
  await tx.trash.deleteMany({ where: { id } })
  return 'done'
}
