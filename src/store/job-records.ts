import { finalMetricsOf, type FinalMetrics } from '../service/final-metrics.ts'
import { ACTIVE_STATES } from '../service/job-states.ts'
import type { JobRecord } from '../service/ports/job-claims.ts'
import { setStart } from './attempts.ts'
import { addCheckpoint } from './checkpoints.ts'
import { keepFoundPolicy } from './policies.ts'
import { json, type Transaction } from './prisma-types.ts'
import { removeBlobs } from './removed-blobs.ts'
import { artifactEntry } from './trash-entries.ts'

/** Writes what a running job adds. @returns false when the token is not the newest any more; then nothing was written. */
export async function record(
  tx: Transaction,
  { id, token }: { id: string; token: number },
  { events, metrics, progress, startStep, advanced, checkpoint, artifact, report }: JobRecord,
): Promise<boolean> {
  const data = {
    ...(progress === undefined ? {} : { progress: json(progress), attemptStep: progress.step }),
    ...(checkpoint?.kind === 'last' ? { attemptStep: checkpoint.step } : {}),
    ...(advanced === true ? { deaths: 0, failures: 0 } : {}),
    ...(report === undefined ? {} : { report: json(report), finalMetrics: finalMetricsOf(report) }),
  }
  const { count } = await tx.job.updateMany({
    where: { id, token, state: { in: [...ACTIVE_STATES] } },
    data: { token, ...data },
  })
  if (count === 0) return false
  if (startStep !== undefined) await setStart(tx, id, startStep)
  if (report !== undefined) {
    await keepFoundPolicy(tx, id, report)
    await keepFinalMetrics(tx, id, finalMetricsOf(report))
  }
  if (events.length > 0)
    await tx.event.createMany({
      data: events.map(({ type, data: value }) => ({ jobId: id, type, data: json(value) })),
    })
  if (metrics.length > 0) {
    const keys = metrics.map(({ key }) => key)
    const steps = metrics.map(({ step }) => step)
    const values = metrics.map(({ value }) => value)
    await tx.$executeRaw`
      INSERT INTO "Metric" ("jobId", "key", "step", "value")
      SELECT ${id}, * FROM unnest(${keys}::text[], ${steps}::integer[], ${values}::float8[])
      ON CONFLICT ("jobId", "key", "step") DO UPDATE SET "value" = EXCLUDED."value"`
  }
  if (checkpoint !== undefined) await addCheckpoint(tx, id, checkpoint)
  if (artifact !== undefined) await putArtifact(tx, id, artifact)
  return true
}

/** A job that is run again has another report. */
async function keepFinalMetrics(tx: Transaction, jobId: string, metrics: FinalMetrics): Promise<void> {
  await tx.jobMetric.deleteMany({ where: { jobId } })
  const { teamId } = await tx.job.findUniqueOrThrow({ where: { id: jobId }, select: { teamId: true } })
  await tx.jobMetric.createMany({
    data: Object.entries(metrics).map(([key, value]) => ({ jobId, teamId, key, value })),
  })
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
