import { useMemo } from 'react'
import { LineChart, type Series } from '../ui/line-chart.tsx'
import type { CurveLook } from './curve-look.ts'
import { AXIS_NAMES, smoothed, type Points } from './curves.ts'

export interface Curve {
  label: string
  points: Points
  place: (step: number) => number
  /** Of the n-th series; curves of one run share it. */
  color: number
  dash?: readonly number[]
}

interface CurveChartProps {
  label: string
  curves: readonly Curve[]
  look: CurveLook
  /** Whether the names are below the chart. */
  legend?: boolean
}

const COLORS = 8
const RAW_STRENGTH = 30

const colorOf = (n: number): string => `var(--series-${(n % COLORS) + 1})`
const faint = (color: string): string => `color-mix(in srgb, ${color} ${RAW_STRENGTH}%, transparent)`

/** Curves over an axis; smoothed ones are drawn over what they smooth. */
export function CurveChart({ label, curves, look, legend }: CurveChartProps) {
  const { axis = 'step', smoothing = 0, logScale = false } = look
  const series = useMemo(
    () => curves.flatMap((curve) => seriesOf(curve, smoothing, logScale)),
    [curves, smoothing, logScale],
  )
  return <LineChart label={label} series={series} xLabel={AXIS_NAMES[axis]} logY={logScale} legend={legend} />
}

function seriesOf({ label, points, place, color, dash }: Curve, smoothing: number, logScale: boolean): Series[] {
  // A logarithm has no place for what is not positive.
  const drawn = logScale ? points.filter(([, value]) => value > 0) : points
  const x = drawn.map(([step]) => place(step))
  const y = drawn.map(([, value]) => value)
  const style = dash === undefined ? {} : { dash }
  if (smoothing <= 0) return [{ label, x, y, color: colorOf(color), ...style }]
  return [
    { label: `${label}, as measured`, x, y, color: faint(colorOf(color)), ...style },
    { label, x, y: smoothed(x, y, smoothing), color: colorOf(color), ...style },
  ]
}
