import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { CurveChart, type Curve } from '../shared/curve-chart.tsx'
import { CurveControls } from '../shared/curve-controls.tsx'
import type { CurveLook } from '../shared/curve-look.ts'
import { charts, placeOf, sourceOf, type Metric } from '../shared/curves.ts'
import { isEnded, type Job } from '../shared/jobs.ts'
import { metricsQuery } from '../shared/metrics.ts'
import { Card } from '../ui/card.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'

const route = getRouteApi('/jobs/$id')

/** Training and validation together, as they come. */
export function CurvesTab({ job }: { job: Job }) {
  const look = route.useSearch()
  const navigate = route.useNavigate()
  const metrics = useQuery(metricsQuery(job))
  const change = (next: CurveLook): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false })
  if (metrics.data === undefined)
    return metrics.isError ? (
      <ErrorState error={metrics.error} onRetry={() => void metrics.refetch()} />
    ) : (
      <Loading what="Loading the metrics" />
    )
  if (metrics.data.length === 0) return <NoCurves job={job} />
  return (
    <>
      {metrics.isError && <ErrorState error={metrics.error} onRetry={() => void metrics.refetch()} />}
      <CurveControls look={look} onChange={change} />
      <Charts job={job} metrics={metrics.data} look={look} />
      <p className="faint small">Drag over a chart to zoom in; double-click to see all of it.</p>
    </>
  )
}

function NoCurves({ job }: { job: Job }) {
  if (isEnded(job)) return <EmptyState title="The job ended before it measured anything." />
  return <EmptyState title="There are no metrics yet.">They appear here as soon as training begins.</EmptyState>
}

function Charts({ job, metrics, look }: { job: Job; metrics: readonly Metric[]; look: CurveLook }) {
  const { axis = 'step' } = look
  const drawn = useMemo(() => {
    const place = placeOf(axis, job, metrics)
    return charts(metrics).map(({ name, metrics: group }) => ({
      name,
      curves: group.map(({ key, points }, color): Curve => ({
        label: sourceOf(key),
        points,
        place: place ?? ((step) => step),
        color,
      })),
      isPlaced: place !== undefined,
    }))
  }, [axis, job, metrics])
  const isPlaced = drawn.every((chart) => chart.isPlaced)
  return (
    <>
      {!isPlaced && <p className="faint">The job does not tell when its steps were: the curves are over steps.</p>}
      <div className="columns">
        {drawn.map(({ name, curves }) => (
          <Card key={name} title={name}>
            <CurveChart
              label={`${name} of the job`}
              curves={curves}
              look={isPlaced ? look : { ...look, axis: 'step' }}
            />
          </Card>
        ))}
      </div>
    </>
  )
}
