import type { Baselines, Cost, Provenance, RunOrigin } from '../../evaluation/report-parts.ts'
import type { Report } from '../../evaluation/report.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { TrainEvent } from '../process/events.ts'

/** What whoever runs a training knows, and the run itself does not. */
export interface RunFacts {
  /** The date that a report is made on. */
  now: () => Date
  machine: Pick<Provenance, 'version' | 'node' | 'platform' | 'cpu'>
  specHash?: string | undefined
  origin?: RunOrigin | undefined
  /** Earlier runs, with hashes of the images that they were evaluated on. */
  baselines?: readonly (Baselines['runs'][number] & { images: string })[] | undefined
}

/** Where a run's model comes from. */
export function provenanceOf(
  { now, machine, specHash, origin }: RunFacts,
  { seed }: Pick<ResolvedSpec, 'seed'>,
  started: Extract<TrainEvent, { type: 'started' }> | undefined,
): Provenance {
  return {
    createdAt: now().toISOString(),
    ...machine,
    seed,
    ...(started === undefined ? {} : of(started)),
    ...(specHash === undefined ? {} : { specHash }),
    ...origin,
  }
}

const of = ({
  engine,
  device,
  threads,
  precision,
  pretrained,
}: Extract<TrainEvent, { type: 'started' }>): Partial<Provenance> => ({
  engine,
  device,
  threads,
  precision,
  ...(pretrained === undefined ? {} : { pretrained }),
})

/** A report with earlier runs to compare with: those that were evaluated on the same images. */
export function withEarlierRuns(report: Report, runs: NonNullable<RunFacts['baselines']>): Report {
  const { baselines, data } = report
  if (baselines === undefined) return report
  const comparable = runs.flatMap(({ images, ...run }) => (images === data.images ? [run] : []))
  return { ...report, baselines: { ...baselines, runs: comparable } }
}

/** A report whose costs have what was measured on the way, as far as it was. */
export function withMeasured(
  report: Report,
  { imagesPerSecond, checkpointBytes }: Record<'imagesPerSecond' | 'checkpointBytes', number | undefined>,
): Report {
  const cost: Cost = {
    ...(report.cost ?? { seconds: report.seconds }),
    ...(imagesPerSecond === undefined ? {} : { imagesPerSecond }),
    ...(checkpointBytes === undefined ? {} : { checkpointBytes }),
  }
  return { ...report, cost }
}
