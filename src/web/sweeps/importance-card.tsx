import { useMemo } from 'react'
import { percent } from '../format.ts'
import { BarChart } from '../ui/bar-chart.tsx'
import { Card } from '../ui/card.tsx'
import { OBJECTIVE, type Axis, type Trial } from './axes.ts'
import { importances, MIN_TRIALS } from './importance.ts'

interface ImportanceCardProps {
  axes: readonly Axis[]
  trials: readonly Trial[]
  metric: string
}

/** Which fields decide the objective. */
export function ImportanceCard({ axes, trials, metric }: ImportanceCardProps) {
  const fields = axes.filter(({ id }) => id !== OBJECTIVE)
  const measured = trials.filter(({ value }) => value !== null)
  const found = useMemo(() => {
    const varied = axes.filter(({ id }) => id !== OBJECTIVE)
    const rows = trials.flatMap((trial) =>
      trial.value === null ? [] : { value: trial.value, fields: varied.map(({ place }) => place(trial) ?? 0) },
    )
    if (rows.length < MIN_TRIALS) return []
    return importances(
      rows,
      varied.map(({ kind }) => kind),
    )
  }, [axes, trials])
  const textOf = (share: number, correlation: number | null): string =>
    correlation === null ? percent(share, 0) : `${percent(share, 0)}, rank correlation ${correlation.toFixed(2)}`
  return (
    <Card title="Importance of fields">
      {found.length === 0 ? (
        <p className="faint">
          It is measured once {MIN_TRIALS} trials have a value; {measured.length} have one.
        </p>
      ) : (
        <BarChart
          label={`How much each field decides ${metric}`}
          noun="Field"
          bars={found.map(({ field, share, correlation }) => ({
            label: fields[field]?.label ?? '',
            value: share,
            text: textOf(share, correlation),
          }))}
        />
      )}
      <p className="faint small">
        Permutation importance of a random forest (Breiman 2001) over {measured.length} trials, as shares, and
        Spearman’s rank correlation: above 0, larger values of the field come with larger values of {metric}. It says
        what went together in these trials, not what would happen elsewhere.
      </p>
    </Card>
  )
}
