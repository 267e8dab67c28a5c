import * as Plot from '@observablehq/plot'
import { colorAt, renderChart, scaleOptions, type ChartFrame } from './chart.ts'

export interface ReliabilityChart extends ChartFrame {
  bins: readonly { low: number; high: number; count: number; confidence: number; accuracy: number }[]
}

const MUTED = '#888888'

/**
 * Accuracy of each bin of confidence as a bar, its gap to the mean confidence hatched over it, and below, the fraction of images in a bin.
 * A calibrated model's bars end on the diagonal. Source: Guo et al. 2017, figure 1, https://arxiv.org/abs/1706.04599.
 */
export function reliabilityChart({ bins, ...frame }: ReliabilityChart): string {
  const filled = bins.filter(({ count }) => count > 0)
  const largest = Math.max(1, ...filled.map(({ count }) => count))
  const axis = { label: '', domain: [0, 1] as const, percent: true }
  const bar = { x1: 'low', x2: 'high', inset: 0.5 }
  return renderChart(
    { width: 400, height: 360, ...frame },
    [
      { name: 'accuracy', color: colorAt(0) },
      { name: 'gap to confidence', color: colorAt(1) },
      { name: 'images', color: MUTED },
    ],
    {
      x: scaleOptions({ ...axis, label: 'confidence' }),
      y: {
        ...scaleOptions({ ...axis, label: 'accuracy' }),
        grid: true,
        domain: [-0.14, 1],
        ticks: [0, 0.25, 0.5, 0.75, 1],
      },
      marks: [
        Plot.rectY(filled, { ...bar, y1: 0, y2: 'accuracy', fill: colorAt(0), fillOpacity: 0.85 }),
        Plot.rectY(filled, { ...bar, y1: 'accuracy', y2: 'confidence', fill: colorAt(1), fillOpacity: 0.55 }),
        Plot.rectY(filled, {
          ...bar,
          fill: MUTED,
          fillOpacity: 0.6,
          y2: -0.14,
          y1: ({ count }: (typeof filled)[number]) => -0.14 + 0.12 * (count / largest),
        }),
        Plot.ruleY([0], { strokeOpacity: 0.5 }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: MUTED, strokeDasharray: '4 4' },
        ),
      ],
    },
  )
}
