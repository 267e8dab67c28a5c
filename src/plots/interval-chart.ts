import * as Plot from '@observablehq/plot'
import {
  colorAt,
  labelMargin,
  MAX_LABEL,
  shortened,
  renderChart,
  scaleOptions,
  type Axis,
  type ChartFrame,
} from './chart.ts'

export interface Interval {
  label: string
  value: number
  /** Ends of the error bar. */
  low?: number
  high?: number
  /** Rows of one group have one colour. */
  group?: string
}

export interface IntervalChart extends Omit<ChartFrame, 'height'> {
  /** From top to bottom; rows of one label share a line. */
  rows: readonly Interval[]
  value: Axis
  /** A vertical line to compare with. */
  reference?: number
}

const ROW = 24

/** Dots with error bars, one row a label. */
export function intervalChart({ rows, value, reference, ...frame }: IntervalChart): string {
  const groups = [...new Set(rows.map(({ group }) => group).filter((group) => group !== undefined))]
  const labels = [...new Set(rows.map(({ label }) => label))]
  const color = ({ group }: Interval): string => colorAt(group === undefined ? 0 : groups.indexOf(group))
  const shown = rows.filter((row) => Number.isFinite(row.value))
  return renderChart(
    { ...frame, height: 100 + ROW * labels.length },
    groups.map((name, i) => ({ name, color: colorAt(i) })),
    {
      marginLeft: labelMargin(rows),
      x: { ...scaleOptions(value), grid: true },
      y: {
        type: 'point',
        domain: labels,
        tickFormat: (label: string) => shortened(label, MAX_LABEL),
        tickSize: 0,
      },
      marks: [
        ...(reference === undefined ? [] : [Plot.ruleX([reference], { strokeDasharray: '4 4', strokeOpacity: 0.6 })]),
        Plot.ruleY(shown, {
          y: 'label',
          stroke: color,
          strokeWidth: 1.6,
          x1: ({ value: at, low = at }: Interval) => low,
          x2: ({ value: at, high = at }: Interval) => high,
        }),
        Plot.dot(shown, { x: 'value', y: 'label', fill: color, r: 4 }),
      ],
    },
  )
}
