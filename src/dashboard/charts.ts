import uPlot from 'uplot'

export interface Series {
  key: string
  points: [number, number][]
}

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

/** Lines over the step, one a series; steps that a series lacks are bridged. */
export function lineChart(
  parent: HTMLElement,
  series: { label: string; data: Series | undefined; colour: '--accent' | '--second' }[],
  format: (value: number) => string,
): void {
  const steps = [...new Set(series.flatMap(({ data }) => data?.points.map(([step]) => step) ?? []))].sort(
    (a, b) => a - b,
  )
  const columns = series.map(({ data }) => {
    const values = new Map(data?.points ?? [])
    return steps.map((step) => values.get(step) ?? null)
  })
  const [ink, line] = [resolved('--faint'), resolved('--line')]
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line } }
  parent.replaceChildren()
  new uPlot(
    {
      width: Math.max(280, parent.clientWidth),
      height: 240,
      scales: { x: { time: false } },
      axes: [axis, { ...axis, size: 78, values: (_, ticks) => ticks.map(format) }],
      series: [
        { label: 'step' },
        ...series.map(({ label, colour: name, data }) => ({
          label,
          stroke: resolved(name),
          width: 2,
          spanGaps: true,
          points: { show: (data?.points.length ?? 0) < 40 },
          value: (_: uPlot, value: number | null) => (value === null ? '–' : format(value)),
        })),
      ],
    },
    [steps, ...columns],
    parent,
  )
}
