import { figure } from '../format.ts'
import { isObject } from '../shared/spec-form/value-paths.ts'
import { Card, Facts } from '../ui/card.tsx'
import { numberAxis } from './axes.ts'
import { XyChart } from './xy-chart.tsx'

interface RangePoint {
  learningRate: number
  smoothed: number
}

const RATES = [
  ['base', 'Base: the loss has begun to fall'],
  ['steepest', 'Steepest: safe for any schedule'],
  ['maximum', 'Maximum: the loss still falls'],
] as const

/** The loss over the learning rate, and the rates that it suggests. */
export function RangeTest({ result }: { result: unknown }) {
  if (!isObject(result) || !('suggestion' in result))
    return (
      <Card title="Range test">
        <p className="faint">There is no result yet: it comes once the test has ended.</p>
      </Card>
    )
  const points = (Array.isArray(result['points']) ? (result['points'] as unknown[]) : []).filter(isRangePoint)
  const suggestion = isObject(result['suggestion']) ? result['suggestion'] : null
  const x = numberAxis<number>(
    { id: 'rate', label: 'Learning rate', isLog: true },
    points.map(({ learningRate }) => learningRate),
    (rate) => rate,
  )
  const y = numberAxis<number>(
    { id: 'loss', label: 'Smoothed loss', isLog: false },
    points.map(({ smoothed }) => smoothed),
    (loss) => loss,
  )
  const rates = RATES.flatMap(([key, label]) => {
    const rate = suggestion?.[key]
    return typeof rate === 'number' ? [{ key, label, rate }] : []
  })
  return (
    <Card title="Range test">
      {points.length > 1 && (
        <XyChart
          label={`Smoothed loss over the learning rate, from ${figure(points[0]?.learningRate)} to ${figure(points.at(-1)?.learningRate)}`}
          x={x}
          y={y}
          isLine
          points={points.map(({ learningRate, smoothed }, i) => ({
            id: String(i),
            x: x.place(learningRate) ?? 0,
            y: y.place(smoothed) ?? 0,
            text: '',
          }))}
          marks={rates.map(({ key, rate }) => ({ at: x.place(rate) ?? 0, label: key }))}
        />
      )}
      {rates.length === 0 ? (
        <p>The loss fell no more than its noise: no learning rate can be suggested.</p>
      ) : (
        <Facts facts={rates.map(({ label, rate }) => [label, figure(rate)])} />
      )}
    </Card>
  )
}

const isRangePoint = (value: unknown): value is RangePoint =>
  isObject(value) &&
  typeof value['learningRate'] === 'number' &&
  value['learningRate'] > 0 &&
  typeof value['smoothed'] === 'number' &&
  Number.isFinite(value['smoothed'])
