import * as Plot from '@observablehq/plot'
import { colorAt, drawable, renderChart, scaleOptions, type Axis, type ChartFrame } from './chart.ts'

export interface Series {
  name: string
  /** x and y; a value that cannot be drawn breaks the line. */
  points: readonly (readonly [number, number])[]
  color?: string
  dashed?: boolean
  /** Steps from value to value in place of slopes. */
  stepped?: boolean
}

export interface LineChart extends ChartFrame {
  x: Axis
  y: Axis
  series: readonly Series[]
  /** Vertical lines: events along x. */
  events?: readonly { x: number; name: string }[]
  /** Shaded stretches of x. */
  spans?: readonly { from: number; to: number; name: string }[]
  /** y = x, for reliability diagrams. */
  diagonal?: boolean
}

const MUTED = '#888888'

/** Lines over a common x. */
export function lineChart({ x, y, series, events = [], spans = [], diagonal = false, ...frame }: LineChart): string {
  const lines = series.map((one, i) => ({ ...one, color: one.color ?? colorAt(i) }))
  const kinds = [...new Set(events.map((event) => event.name))]
  const eventColor = (name: string): string => colorAt(lines.length + kinds.indexOf(name))
  return renderChart(
    frame,
    [
      ...(lines.length > 1 || kinds.length > 0 ? lines : []),
      ...kinds.map((name) => ({ name, color: eventColor(name), dashed: true })),
    ],
    {
      x: scaleOptions(x),
      y: { ...scaleOptions(y), grid: true },
      marks: [
        ...spans.flatMap((span, i) => [
          Plot.rectX([span], { x1: 'from', x2: 'to', fill: MUTED, fillOpacity: i % 2 === 0 ? 0.08 : 0.18 }),
          Plot.text([span], {
            x: ({ from, to }: typeof span) => (from + to) / 2,
            text: 'name',
            frameAnchor: 'top',
            dy: 4,
            fill: MUTED,
          }),
        ]),
        Plot.ruleX(events, {
          x: 'x',
          stroke: (event: { name: string }) => eventColor(event.name),
          strokeDasharray: '3 3',
          strokeOpacity: events.length > 40 ? 0.3 : 0.8,
        }),
        ...(diagonal ? [Plot.line(diagonalOf(series), { stroke: MUTED, strokeDasharray: '4 4' })] : []),
        ...lines.map(({ points, color, dashed, stepped }) =>
          Plot.line(points, {
            x: ([at]: readonly [number, number]) => (drawable(at, x) ? at : NaN),
            y: ([, value]: readonly [number, number]) => (drawable(value, y) ? value : NaN),
            stroke: color,
            strokeWidth: 1.6,
            curve: stepped === true ? 'step-after' : 'linear',
            ...(dashed === true ? { strokeDasharray: '5 3' } : {}),
          }),
        ),
      ],
    },
  )
}

function diagonalOf(series: readonly Series[]): [number, number][] {
  const values = series.flatMap(({ points }) => points.flat()).filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)]
  return [
    [low, low],
    [high, high],
  ]
}
