import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { figure } from '../format.ts'
import './line-chart.css'
import { inkOf, resolved, seriesColor } from './series-colors.ts'

export interface Series {
  label: string
  /** Points in order of x; a missing value is null. */
  x: readonly number[]
  y: readonly (number | null)[]
  /** CSS colour; by its place by default. */
  color?: string
  dash?: readonly number[]
}

interface LineChartProps {
  /** What it shows, for readers of the screen. */
  label: string
  series: readonly Series[]
  xLabel: string
  yLabel?: string
  logY?: boolean
  height?: number
  /** Whether the names and the values at the pointer are below it; where there are many series, names are better given once elsewhere. */
  legend?: boolean
}

/** Live curves: drag to zoom, double-click to see all. New points keep the zoom; a new set of series draws it anew. One function: the plot lives outside React, and its effects share it. */
export function LineChart({
  label,
  series,
  xLabel,
  yLabel,
  logY = false,
  height = 260,
  legend = true,
}: LineChartProps) {
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(null)
  const points = useRef<UPlot.AlignedData>([[]])
  const shape = JSON.stringify([
    series.map((each) => [each.label, each.color ?? null, each.dash ?? null]),
    xLabel,
    yLabel,
    logY,
    height,
    legend,
  ])

  useEffect(() => {
    points.current = aligned(series)
    // A zoom is kept while points come in.
    const { scales, data: before } = plot.current ?? {}
    const isZoomed =
      scales?.['x'] !== undefined && (scales['x'].min !== before?.[0][0] || scales['x'].max !== before?.[0].at(-1))
    plot.current?.setData(points.current, !isZoomed)
    if (isZoomed) plot.current?.redraw()
  }, [series])

  useEffect(() => {
    const element = holder.current
    if (element === null) return undefined
    const draw = (): void => {
      plot.current?.destroy()
      const [labels, x, y, log, tall, hasLegend] = JSON.parse(shape) as [
        Stroke[],
        string,
        string?,
        boolean?,
        number?,
        boolean?,
      ]
      const look = {
        xLabel: x,
        yLabel: y ?? '',
        logY: log === true,
        height: tall ?? 260,
        width: element.clientWidth,
        legend: hasLegend !== false,
      }
      plot.current = new UPlot(optionsOf(element, labels, look), points.current, element)
    }
    draw()
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }))
    sized.observe(element)
    window.addEventListener('themechange', draw)
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', draw)
    return () => {
      sized.disconnect()
      window.removeEventListener('themechange', draw)
      dark.removeEventListener('change', draw)
      plot.current?.destroy()
      plot.current = null
    }
  }, [shape, height])

  return (
    <figure className="line-chart">
      <div ref={holder} role="img" aria-label={`${label}. ${summary(series)}`} />
    </figure>
  )
}

/** Label, colour and dashes of a series, as the shape has them. */
type Stroke = [string, string | null, number[] | null]

interface Look {
  xLabel: string
  yLabel: string
  logY: boolean
  height: number
  width: number
  legend: boolean
}

function optionsOf(element: HTMLElement, labels: Stroke[], look: Look): UPlot.Options {
  const { faint, line } = inkOf(element)
  const axis = {
    stroke: faint,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    labelSize: 22,
    font: '12px system-ui',
  }
  return {
    width: look.width,
    height: look.height,
    scales: { x: { time: false }, y: look.logY ? { distr: 3 } : {} },
    axes: [
      { ...axis, label: look.xLabel },
      {
        ...axis,
        size: 60,
        ...(look.yLabel === '' ? {} : { label: look.yLabel }),
        values: (_, marks) => marks.map((mark) => (mark === null ? '' : figure(mark))),
      },
    ],
    series: [
      { label: look.xLabel },
      ...labels.map(([label, color, dash], i): UPlot.Series => ({
        label,
        stroke: color === null ? seriesColor(element, i) : resolved(element, color),
        width: 1.5,
        ...(dash === null ? {} : { dash }),
        points: { show: (plot) => plot.data[0].length < 60 },
        spanGaps: true,
        value: (_, value) => figure(value),
      })),
    ],
    legend: { show: look.legend, live: true },
  }
}

/** All series over every x that one of them has. */
function aligned(series: readonly Series[]): UPlot.AlignedData {
  const tables = series.map(({ x, y }): UPlot.AlignedData => [[...x], [...y]])
  const [first] = tables
  if (first === undefined) return [[]]
  return tables.length === 1 ? first : UPlot.join(tables)
}

/** The last values in words: what a curve says to those who do not see it. */
const summary = (series: readonly Series[]): string =>
  series.map(({ label, y }) => `${label}: ${figure(y.findLast((value) => value !== null))}`).join('; ')
