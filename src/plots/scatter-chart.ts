import * as Plot from '@observablehq/plot'
import { colorAt, drawable, renderChart, scaleOptions, type Axis, type ChartFrame } from './chart.ts'

export interface ScatterPoint {
  x: number
  y: number
  /** Points of one group have one colour. */
  group?: string
  /** Written next to the point. */
  label?: string
}

export interface ScatterChart extends ChartFrame {
  x: Axis
  y: Axis
  points: readonly ScatterPoint[]
}

/** Points by two values. */
export function scatterChart({ x, y, points, ...frame }: ScatterChart): string {
  const groups = [...new Set(points.map(({ group }) => group).filter((group) => group !== undefined))]
  const color = ({ group }: ScatterPoint): string => colorAt(group === undefined ? 0 : groups.indexOf(group))
  const shown = points.filter((point) => drawable(point.x, x) && drawable(point.y, y))
  return renderChart(
    frame,
    groups.map((name, i) => ({ name, color: colorAt(i) })),
    {
      x: { ...scaleOptions(x), grid: true },
      y: { ...scaleOptions(y), grid: true },
      marks: [
        Plot.dot(shown, { x: 'x', y: 'y', fill: color, fillOpacity: 0.8, r: 3.5 }),
        Plot.text(
          shown.filter(({ label }) => label !== undefined),
          { x: 'x', y: 'y', text: 'label', textAnchor: 'start', dx: 7 },
        ),
      ],
    },
  )
}
