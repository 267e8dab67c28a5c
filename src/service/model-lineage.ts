import type { Report } from '../evaluation/report.ts'
import { namedCheckpoints } from '../job-spec/named-checkpoints.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { versionId } from './dataset-ref.ts'
import type { ModelServiceDependencies } from './dependencies.ts'
import { evaluationOf, type Evaluation } from './model-evaluation.ts'
import type { Caller } from './ports/caller.ts'
import type { Lineage } from './registry-resources.ts'
import type { Checkpoint, Job } from './resources.ts'

/** Numbers of a report that are kept among the metrics, as `report/accuracy`. */
const REPORTED = ['accuracy', 'top5', 'balancedAccuracy', 'macroF1', 'nll', 'ece'] as const

/** What a checkpoint was made of, as far as it is known now: later its job and data set may be gone. */
export async function lineageOf(
  { store }: Pick<ModelServiceDependencies, 'store'>,
  { teamId }: Caller,
  { checkpoint, job }: { checkpoint: Checkpoint; job: Job },
): Promise<{ lineage: Lineage; evaluation: Evaluation | undefined }> {
  const ref = versionId(job.dataset, job.datasetVersion)
  const [dataset, facts, classes, start, read] = await Promise.all([
    store.dataset(teamId, ref),
    store.datasetFacts(teamId, ref),
    store.datasetClasses(teamId, ref),
    store.lastStart(job.id),
    store.report(teamId, job.id),
  ])
  const report = reportOf(read, checkpoint)
  const { hash = report?.data?.dataset ?? null } = (facts ?? {}) as { hash?: string }
  const spec = job.spec as ResolvedSpec
  return {
    lineage: {
      job: { id: job.id, name: job.name, createdAt: job.createdAt, endedAt: job.endedAt },
      checkpoint: {
        id: checkpoint.id,
        kind: checkpoint.kind,
        step: checkpoint.step,
        sha256: checkpoint.sha256,
        parents: namedCheckpoints(spec),
      },
      spec,
      specHash: job.specHash,
      dataset: {
        id: job.dataset,
        version: job.datasetVersion,
        name: dataset?.name ?? null,
        fingerprint: hash,
        images: dataset?.images ?? null,
        classes: classes?.length ?? 0,
      },
      code: { version: text(start?.['codeVersion']), engine: text(start?.['engine']), device: text(start?.['device']) },
      metrics: { ...checkpoint.metrics, ...reported(report) },
    },
    evaluation: report === undefined ? undefined : evaluationOf(report),
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** The report of a job is of one of its checkpoints; of the others it says nothing. */
function reportOf(read: unknown, { kind }: Checkpoint): Partial<Report> | undefined {
  const report: Partial<Report> | undefined = read ?? undefined
  return report?.weights === kind ? report : undefined
}

const reported = (report: Partial<Report> | undefined): Record<string, number> =>
  Object.fromEntries(
    REPORTED.flatMap((name) => {
      const value = report?.[name]
      return typeof value === 'number' ? [[`report/${name}`, value]] : []
    }),
  )
