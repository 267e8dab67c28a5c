import uPlot from 'uplot'
import type { MetricSeries } from '../service/resources.ts'

const colour = (name: string): string => getComputedStyle(document.body).getPropertyValue(name).trim() || '#888'

/** A light-dark() colour as the browser resolves it, for a canvas. */
function resolved(variable: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${variable})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color || colour(variable)
}

const drawn = new WeakMap<HTMLElement, uPlot>()

/** A chart is as wide as the card that it is in, also after the window has changed. */
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries)
    drawn.get(target as HTMLElement)?.setSize({ width: widthIn(target as HTMLElement), height: HEIGHT })
})

const HEIGHT = 240
/** Series of more points are lines alone. */
const MAX_MARKED_POINTS = 40
const shownPoints = ({ data }: uPlot, index: number): number =>
  [...(data[index] ?? [])].filter((value) => value !== null && value !== undefined).length
const widthIn = (parent: HTMLElement): number => Math.max(200, parent.clientWidth)

/** Lines over the step, one per series; steps that a series lacks are bridged. A chart that is there gets the new points. */
export function lineChart(
  parent: HTMLElement,
  series: { label: string; data: MetricSeries | undefined; colour: '--accent' | '--second' }[],
  format: (value: number) => string,
): void {
  const steps = [...new Set(series.flatMap(({ data }) => data?.points.map(([step]) => step) ?? []))].sort(
    (a, b) => a - b,
  )
  const columns = series.map(({ data }) => {
    const values = new Map(data?.points ?? [])
    return steps.map((step) => values.get(step) ?? null)
  })
  const chart = drawn.get(parent)
  if (chart !== undefined) {
    chart.setData([steps, ...columns])
    return
  }
  const [ink, line] = [resolved('--faint'), resolved('--line')]
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } }
  const made = new uPlot(
    {
      width: widthIn(parent),
      height: HEIGHT,
      scales: { x: { time: false } },
      axes: [
        { ...axis, label: 'step', labelSize: 20 },
        { ...axis, size: 78, values: (_, ticks) => ticks.map(format) },
      ],
      series: [
        { label: 'step' },
        ...series.map(({ label, colour: name }) => ({
          label,
          stroke: resolved(name),
          width: 2,
          spanGaps: true,
          points: { show: (plot: uPlot, index: number) => shownPoints(plot, index) < MAX_MARKED_POINTS },
          value: (_: uPlot, value: number | null) => (value === null ? '–' : format(value)),
        })),
      ],
    },
    [steps, ...columns],
    parent,
  )
  drawn.set(parent, made)
  resized.observe(parent)
}
