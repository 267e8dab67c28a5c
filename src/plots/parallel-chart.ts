import * as Plot from '@observablehq/plot'
import { DEFAULT_WIDTH, renderChart, type ChartFrame } from './chart.ts'

/** One upright axis: numbers on a linear or logarithmic scale, or names in their order of appearance. */
export interface Dimension {
  name: string
  type?: 'linear' | 'log'
}

export interface ParallelChart extends ChartFrame {
  /** From left to right; lines are coloured by the last one's value. */
  dimensions: readonly Dimension[]
  /** One value a dimension; a line without all of its values is left out. */
  lines: readonly (readonly (number | string | undefined)[])[]
}

/** Heights in [0, 1] of an axis' values, and its ticks. */
interface UprightAxis {
  heightOf(value: number | string): number
  ticks: { height: number; text: string }[]
}

/** Parallel coordinates: one line a run, through its value on every axis. */
export function parallelChart({ dimensions, lines, ...frame }: ParallelChart): string {
  const whole = lines.filter((line): line is readonly (number | string)[] =>
    dimensions.every((dimension, i) => canStandOn(dimension, line[i])),
  )
  const axes = dimensions.map((dimension, i) =>
    uprightAxis(
      dimension,
      whole.map((line) => line[i] ?? 0),
    ),
  )
  const runs = whole.map((line) => ({
    color: axes.at(-1)?.heightOf(line.at(-1) ?? 0) ?? 0,
    points: line.map((value, i): [number, number] => [i, axes[i]?.heightOf(value) ?? 0]),
  }))
  const ordered = runs.sort((a, b) => a.color - b.color)
  const ticks = axes.flatMap((axis, i) => axis.ticks.map((tick) => ({ ...tick, at: i })))
  return renderChart({ width: DEFAULT_WIDTH, ...frame }, [], {
    marginLeft: 40,
    marginRight: 90,
    marginBottom: 32,
    x: { axis: null, domain: [0, Math.max(1, dimensions.length - 1)] },
    y: { axis: null, domain: [0, 1] },
    color: { scheme: 'viridis', domain: [1.1, 0] },
    marks: [
      ...ordered.map(({ color, points }) =>
        Plot.line(points, { stroke: () => color, z: () => 0, strokeWidth: 1.4, strokeOpacity: 0.75, curve: 'bump-x' }),
      ),
      Plot.ruleX(dimensions, { x: (_: unknown, i: number) => i, strokeOpacity: 0.7 }),
      Plot.text(ticks, {
        x: 'at',
        y: 'height',
        text: 'text',
        textAnchor: 'start',
        dx: 5,
        stroke: 'white',
        fill: 'black',
      }),
      Plot.text(dimensions, {
        x: (_: unknown, i: number) => i,
        text: 'name',
        frameAnchor: 'bottom',
        dy: 20,
        fontWeight: 'bold',
      }),
    ],
  })
}

function canStandOn({ type }: Dimension, value: number | string | undefined): boolean {
  if (typeof value !== 'number') return value !== undefined && type === undefined
  return Number.isFinite(value) && (type !== 'log' || value > 0)
}

function uprightAxis({ type = 'linear' }: Dimension, values: readonly (number | string)[]): UprightAxis {
  if (values.some((value) => typeof value === 'string')) {
    const names = [...new Set(values.map(String))]
    const heightOf = (value: number | string): number =>
      names.length === 1 ? 0.5 : names.indexOf(String(value)) / (names.length - 1)
    return { heightOf, ticks: names.map((text) => ({ height: heightOf(text), text })) }
  }
  const [low, high] = [Math.min(...values.map(Number)), Math.max(...values.map(Number))]
  const [to, from] = type === 'log' ? [Math.log, Math.exp] : [Number, Number]
  const heightOf = (value: number | string): number =>
    high > low ? (to(Number(value)) - to(low)) / (to(high) - to(low)) : 0.5
  const shown = high > low ? [low, from((to(low) + to(high)) / 2), high] : values.slice(0, 1).map(Number)
  return {
    heightOf,
    ticks: shown.map((value) => ({ height: heightOf(value), text: String(Number(value.toPrecision(3))) })),
  }
}
