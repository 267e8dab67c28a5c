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

export interface BarChart extends Omit<ChartFrame, 'height'> {
  /** From top to bottom. */
  bars: readonly { label: string; value: number; color?: string }[]
  value: Axis
}

const ROW = 22

/** Horizontal bars from zero, each with its label; as high as it has bars. */
export function barChart({ bars, value, ...frame }: BarChart): string {
  const marginLeft = labelMargin(bars)
  return renderChart({ ...frame, height: 100 + ROW * bars.length }, [], {
    marginLeft,
    x: { ...scaleOptions(value), grid: true },
    y: {
      domain: bars.map(({ label }) => label),
      tickFormat: (label: string) => shortened(label, MAX_LABEL),
      padding: 0.25,
      tickSize: 0,
    },
    marks: [
      Plot.barX(
        bars.filter((bar) => Number.isFinite(bar.value)),
        { x: 'value', y: 'label', fill: (bar: (typeof bars)[number]) => bar.color ?? colorAt(0) },
      ),
      Plot.ruleX([0]),
    ],
  })
}
