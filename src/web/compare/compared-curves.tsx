import { useQueries } from '@tanstack/react-query'
import { ListFilter } from 'lucide-react'
import { useMemo } from 'react'
import { CurveChart, type Curve } from '../shared/curve-chart.tsx'
import { CurveControls } from '../shared/curve-controls.tsx'
import type { CurveLook } from '../shared/curve-look.ts'
import { charts, metricName, placeOf, type Metric } from '../shared/curves.ts'
import { jobName, type Job } from '../shared/jobs.ts'
import { metricsQuery } from '../shared/metrics.ts'
import { Card } from '../ui/card.tsx'
import { Menu, MenuCheckbox } from '../ui/menu.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { isDashed } from './run-mark.tsx'
import type { CompareSearch } from './search.ts'

const DEFAULT = ['val/accuracy', 'val/loss', 'train/loss']
const DASH = [6, 4]
const MAX_CHARTS = 6
/** Names of more runs would be longer than the chart; the table of runs has their colours. */
const MAX_NAMES = 4

interface ComparedCurvesProps {
  jobs: readonly Job[]
  look: CompareSearch
  onChange: (look: CurveLook & { metrics?: string }) => void
}

interface Run {
  job: Job
  metrics: readonly Metric[]
}

/** Curves of all runs over each other, a chart for each chosen metric. */
export function ComparedCurves({ jobs, look, onChange }: ComparedCurvesProps) {
  const loaded = useQueries({ queries: jobs.map((job) => metricsQuery(job)) })
  const runs = jobs.map((job, i): Run => ({ job, metrics: loaded[i]?.data ?? [] }))
  const keys = keysOf(runs)
  const chosen = look.metrics === undefined ? keys.filter((key) => DEFAULT.includes(key)) : look.metrics.split(',')
  const toggle = (key: string, isChosen: boolean): void => {
    const next = keys.filter((each) => (each === key ? isChosen : chosen.includes(each)))
    onChange({ metrics: next.join(',') || undefined })
  }
  const failed = loaded.find(({ isError }) => isError)
  return (
    <Card title="Curves">
      <CurveControls look={look} onChange={onChange}>
        <Menu label={`Metrics (${chosen.length})`} icon={<ListFilter aria-hidden />}>
          {keys.map((key) => (
            <MenuCheckbox key={key} checked={chosen.includes(key)} onChange={(on) => toggle(key, on)}>
              {metricName(key)}
            </MenuCheckbox>
          ))}
        </Menu>
      </CurveControls>
      {failed !== undefined && <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />}
      {keys.length === 0 && loaded.every(({ isSuccess }) => isSuccess) && (
        <EmptyState title="None of the runs has metrics yet." />
      )}
      <div className="columns">
        {chosen.slice(0, MAX_CHARTS).map((key) => (
          <MetricChart key={key} metric={key} runs={runs} look={look} />
        ))}
      </div>
    </Card>
  )
}

/** In the order in which the charts of a job have them. */
const keysOf = (runs: readonly Run[]): string[] => {
  const metrics = new Map(runs.flatMap((run) => run.metrics.map((metric) => [metric.key, metric] as const)))
  return charts([...metrics.values()]).flatMap((chart) => chart.metrics.map(({ key }) => key))
}

function MetricChart({ metric, runs, look }: { metric: string; runs: readonly Run[]; look: CurveLook }) {
  const { axis = 'step' } = look
  const drawn = runs.flatMap(({ job, metrics }, color): Curve[] => {
    const found = metrics.find(({ key }) => key === metric)
    const place = placeOf(axis, job, metrics)
    if (found === undefined || place === undefined) return []
    return [{ label: jobName(job), points: found.points, place, color, ...(isDashed(color) ? { dash: DASH } : {}) }]
  })
  // The same points are the same curves, however often they are put together.
  const shape = JSON.stringify([
    axis,
    drawn.map(({ label, points, color }) => [label, points.length, points.at(-1), color]),
  ])
  const curves = useStable(drawn, shape)
  const missing = runs.length - drawn.length
  return (
    <section className="compare-chart">
      <h3>{metricName(metric)}</h3>
      <CurveChart
        label={`${metricName(metric)} of each run`}
        curves={curves}
        look={look}
        legend={runs.length <= MAX_NAMES}
      />
      {missing > 0 && <p className="faint small">{missing} of the runs cannot be drawn over this axis.</p>}
    </section>
  )
}

function useStable<T>(value: T, shape: string): T {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the shape says when the value is another one
  return useMemo(() => value, [shape])
}
