import { Card } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { OBJECTIVE, type Axis, type Trial } from './axes.ts'
import { XyChart } from './xy-chart.tsx'

interface ScatterCardProps {
  axes: readonly Axis[]
  trials: readonly Trial[]
  best: number | null
  field: string | undefined
  onField: (field: string) => void
}

/** One field against the objective. */
export function ScatterCard({ axes, trials, best, field, onField }: ScatterCardProps) {
  const fields = axes.filter(({ id }) => id !== OBJECTIVE)
  const y = axes.find(({ id }) => id === OBJECTIVE)
  const x = fields.find(({ id }) => id === field) ?? fields[0]
  if (x === undefined || y === undefined) return null
  const points = trials.flatMap((trial) => {
    const [left, up] = [x.place(trial), y.place(trial)]
    if (left === null || up === null) return []
    const text = `Trial ${trial.number}: ${x.label} ${x.text(trial)}, ${y.label} ${y.text(trial)}`
    return { id: String(trial.number), x: left, y: up, text, isBest: trial.number === best }
  })
  return (
    <Card title="One field against the objective">
      <SelectField
        label="Field"
        value={x.id}
        options={fields.map(({ id, label }) => ({ value: id, label }))}
        onChange={onField}
      />
      <XyChart label={`${points.length} trials: ${y.label} over ${x.label}`} x={x} y={y} points={points} />
    </Card>
  )
}
