import { ACTIVE_STATES } from '../service/job-states.ts'
import type { JobRecord } from '../service/ports/job-claims.ts'
import { addCheckpoint } from './checkpoints.ts'
import { Prisma } from './generated/client.ts'
import { keepFoundPolicy } from './policies.ts'
import { json, type Transaction } from './prisma-types.ts'
import { removeBlobs } from './removed-blobs.ts'
import { artifactEntry } from './trash-entries.ts'

/** Writes what a running job adds. @returns false when the token is not the newest any more; then nothing was written. */
export async function record(
  tx: Transaction,
  { id, token }: { id: string; token: number },
  { events, metrics, progress, advanced, checkpoint, artifact, report }: JobRecord,
): Promise<boolean> {
  const data = {
    ...(progress === undefined ? {} : { progress: json(progress) }),
    ...(advanced === true ? { deaths: 0, failures: 0 } : {}),
    ...(report === undefined ? {} : { report: json(report) }),
  }
  const { count } = await tx.job.updateMany({
    where: { id, token, state: { in: [...ACTIVE_STATES] } },
    data: { token, ...data },
  })
  if (count === 0) return false
  if (report !== undefined) await keepFoundPolicy(tx, id, report)
  if (events.length > 0)
    await tx.event.createMany({
      data: events.map(({ type, data: value }) => ({ jobId: id, type, data: json(value) })),
    })
  if (metrics.length > 0) {
    const rows = metrics.map(({ key, step, value }) => Prisma.sql`(${id}, ${key}, ${step}, ${value})`)
    await tx.$executeRaw`INSERT INTO "Metric" ("jobId", "key", "step", "value") VALUES ${Prisma.join(rows)} ON CONFLICT ("jobId", "key", "step") DO UPDATE SET "value" = EXCLUDED."value"`
  }
  if (checkpoint !== undefined) await addCheckpoint(tx, id, checkpoint)
  if (artifact !== undefined) await putArtifact(tx, id, artifact)
  return true
}

/** The newest of its kind; the blob of the one before is removed. */
async function putArtifact(
  tx: Transaction,
  jobId: string,
  artifact: NonNullable<JobRecord['artifact']>,
): Promise<void> {
  const where = { jobId_kind: { jobId, kind: artifact.kind } }
  const before = await tx.artifact.findUnique({ where, select: { blobKey: true } })
  if (before !== null && before.blobKey !== artifact.blobKey) await removeBlobs(tx, [before.blobKey])
  await tx.artifact.upsert({
    where,
    create: { jobId, ...artifact },
    update: { ...artifact, createdAt: new Date(), trashId: null },
  })
  await tx.trash.deleteMany({ where: { id: artifactEntry(jobId, artifact.kind) } })
}
