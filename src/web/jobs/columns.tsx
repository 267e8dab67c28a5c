import { Link } from '@tanstack/react-router'
import type { FinalMetric } from '../../service/final-metrics.ts'
import { duration, figure, percent } from '../format.ts'
import { jobName, type JobSummary } from '../shared/jobs.ts'
import { fieldAt, written } from '../shared/spec-fields.ts'
import type { Column } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { JobProgress } from './job-progress.tsx'
import { JobState } from './job-state.tsx'
import { JobTags } from './job-tags.tsx'
import { isSpecField, specPath } from './spec-columns.ts'

type JobColumn = Column<JobSummary>

export const METRIC_NAMES: Readonly<Record<FinalMetric, string>> = {
  accuracy: 'Test accuracy',
  top5: 'Top-5 accuracy',
  balancedAccuracy: 'Balanced accuracy',
  macroF1: 'Macro-F1',
  nll: 'Log loss',
  nllUncalibrated: 'Log loss, uncalibrated',
  ece: 'Calibration error',
  eceUncalibrated: 'Calibration error, uncalibrated',
}
const IS_SHARE: ReadonlySet<FinalMetric> = new Set([
  'accuracy',
  'top5',
  'balancedAccuracy',
  'macroF1',
  'ece',
  'eceUncalibrated',
])
export const METRICS = Object.keys(METRIC_NAMES) as FinalMetric[]

const metricColumn = (metric: FinalMetric): JobColumn => ({
  id: metric,
  header: METRIC_NAMES[metric],
  align: 'number',
  value: ({ finalMetrics }) => finalMetrics?.[metric] ?? null,
  cell: ({ finalMetrics }) => (IS_SHARE.has(metric) ? percent : figure)(finalMetrics?.[metric]),
})

const live = (
  id: string,
  header: string,
  cell: (progress: NonNullable<JobSummary['progress']>) => string,
): JobColumn => ({
  id,
  header,
  align: 'number',
  cell: ({ progress }) => (progress === null ? '–' : cell(progress)),
})

const NAME: JobColumn = {
  id: 'name',
  header: 'Name',
  value: jobName,
  cell: (job) => (
    <Link to="/jobs/$id" params={{ id: job.id }} className="jobs-name" title={jobName(job)}>
      {jobName(job)}
    </Link>
  ),
}

/** Columns with a value are those that the service can sort by. */
const COLUMNS: readonly JobColumn[] = [
  NAME,
  { id: 'state', header: 'State', cell: (job) => <JobState job={job} /> },
  { id: 'progress', header: 'Progress', cell: (job) => <JobProgress job={job} /> },
  {
    id: 'dataset',
    header: 'Data set',
    cell: ({ dataset, datasetVersion, datasetName }) => (
      <Link to="/datasets/$id" params={{ id: dataset }} className="jobs-name">
        {datasetName} <span className="faint">v{datasetVersion}</span>
      </Link>
    ),
  },
  { id: 'model', header: 'Model', cell: ({ model }) => model ?? '–' },
  ...METRICS.map(metricColumn),
  { id: 'tags', header: 'Tags', cell: (job) => <JobTags job={job} /> },
  {
    id: 'by',
    header: 'Submitted by',
    cell: ({ submittedBy }) => submittedBy ?? <span className="faint">API key</span>,
  },
  { id: 'created', header: 'Created', value: ({ createdAt }) => createdAt, cell: (job) => <Time at={job.createdAt} /> },
  { id: 'ended', header: 'Ended', cell: ({ endedAt }) => (endedAt === null ? '–' : <Time at={endedAt} />) },
  { id: 'ran', header: 'Device time', align: 'number', cell: ({ ranSeconds }) => duration(ranSeconds) },
  live('left', 'Time left', ({ secondsLeft }) => duration(secondsLeft)),
  live('epoch', 'Epoch', ({ epoch, epochs }) => `${epoch.toFixed(1)} / ${figure(epochs)}`),
  live('loss', 'Training loss', ({ loss }) => figure(loss)),
  live('valAccuracy', 'Validation accuracy', ({ valAccuracy }) => percent(valAccuracy)),
  live('speed', 'Images per second', ({ imagesPerSecond }) => figure(imagesPerSecond)),
  {
    id: 'priority',
    header: 'Priority',
    align: 'number',
    value: ({ priority }) => priority,
    cell: (job) => job.priority,
  },
  { id: 'attempt', header: 'Attempt', align: 'number', cell: ({ attempt }) => attempt },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => kind },
  {
    id: 'sweep',
    header: 'Sweep',
    cell: ({ sweep }) =>
      sweep === null ? (
        '–'
      ) : (
        <Link to="/sweeps/$id" params={{ id: sweep }}>
          {sweep}
        </Link>
      ),
  },
  { id: 'id', header: 'Id', cell: ({ id }) => <span className="mono">{id}</span> },
]
const BY_ID = new Map(COLUMNS.map((column) => [column.id, column]))
export const CHOICES = COLUMNS.filter(({ id }) => id !== NAME.id).map(({ id, header }) => ({ id, header }))
export const DEFAULT_COLUMNS = ['state', 'progress', 'dataset', 'model', 'accuracy', 'tags', 'by', 'created']

const specColumn = (id: string): JobColumn => ({
  id,
  header: specPath(id),
  cell: ({ spec }) => <span className="jobs-field break">{written(fieldAt(spec, specPath(id)))}</span>,
})

/** The chosen columns, after that of the name. */
export const columnsOf = (ids: readonly string[]): JobColumn[] => [
  NAME,
  ...ids.flatMap((id) => (isSpecField(id) ? specColumn(id) : (BY_ID.get(id) ?? []))),
]
