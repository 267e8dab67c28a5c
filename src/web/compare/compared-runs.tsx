import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useMemo } from 'react'
import { duration, figure, percent } from '../format.ts'
import { jobName, type Job } from '../shared/jobs.ts'
import { StateBadge } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { RunMark } from './run-mark.tsx'

type Metric = keyof NonNullable<Job['finalMetrics']>

const METRICS: readonly { key: Metric; header: string; isShare: boolean }[] = [
  { key: 'accuracy', header: 'Test accuracy', isShare: true },
  { key: 'balancedAccuracy', header: 'Balanced accuracy', isShare: true },
  { key: 'macroF1', header: 'Macro-F1', isShare: true },
  { key: 'nll', header: 'Log loss', isShare: false },
  { key: 'ece', header: 'Calibration error', isShare: true },
]

interface ComparedRunsProps {
  jobs: readonly Job[]
  onRemove: (id: string) => void
}

/** The final metrics of each run; of one that runs, how it is doing. */
export function ComparedRuns({ jobs, onRemove }: ComparedRunsProps) {
  const places = useMemo(() => new Map(jobs.map(({ id }, i) => [id, i])), [jobs])
  const columns = useMemo(
    (): Column<Job>[] => [
      {
        id: 'name',
        header: 'Run',
        value: jobName,
        cell: (job) => (
          <span className="compare-name">
            <RunMark place={places.get(job.id) ?? 0} />
            <Link to="/jobs/$id" params={{ id: job.id }}>
              {jobName(job)}
            </Link>
          </span>
        ),
      },
      { id: 'state', header: 'State', value: ({ state }) => state, cell: ({ state }) => <StateBadge state={state} /> },
      ...METRICS.map(({ key, header, isShare }): Column<Job> => ({
        id: key,
        header,
        align: 'number',
        value: ({ finalMetrics }) => finalMetrics?.[key] ?? null,
        cell: ({ finalMetrics }) => (isShare ? percent(finalMetrics?.[key], 2) : figure(finalMetrics?.[key])),
      })),
      {
        id: 'valAccuracy',
        header: 'Validation accuracy',
        align: 'number',
        value: ({ progress }) => progress?.valAccuracy ?? null,
        cell: ({ progress }) => percent(progress?.valAccuracy),
      },
      {
        id: 'ran',
        header: 'Device time',
        align: 'number',
        value: ({ ranSeconds }) => ranSeconds,
        cell: ({ ranSeconds }) => duration(ranSeconds),
      },
      {
        id: 'remove',
        header: 'Leave out',
        cell: (job) => (
          <IconButton
            size="small"
            label={`Leave ${jobName(job)} out of the comparison`}
            icon={<X aria-hidden />}
            onClick={() => onRemove(job.id)}
          />
        ),
      },
    ],
    [places, onRemove],
  )
  return (
    <Card title="Final metrics">
      <DataTable caption="Metrics of each run" columns={columns} rows={jobs} rowId={({ id }) => id} />
    </Card>
  )
}
