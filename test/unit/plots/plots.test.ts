import { describe, expect, it } from 'vitest'
import { parseHTML } from 'linkedom'
import { barChart } from '../../../src/plots/bar-chart.ts'
import { stackCharts } from '../../../src/plots/chart.ts'
import { intervalChart } from '../../../src/plots/interval-chart.ts'
import { heatMap } from '../../../src/plots/heat-map.ts'
import { lineChart } from '../../../src/plots/line-chart.ts'
import { parallelChart } from '../../../src/plots/parallel-chart.ts'
import { reliabilityChart } from '../../../src/plots/reliability-chart.ts'
import { scatterChart } from '../../../src/plots/scatter-chart.ts'

const HOSTILE = '<script>alert("1")</script> & more'

interface Node {
  textContent: string
  getAttribute(name: string): string | null
}

const all = (svg: string, selector: string): Node[] => {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`) as unknown as {
    document: { querySelectorAll(selector: string): Iterable<Node> }
  }
  return [...document.querySelectorAll(selector)]
}

const charts: Record<string, (title: string) => string> = {
  'heat map': (title) =>
    heatMap({
      title,
      names: [title, 'b'],
      rowTitle: title,
      columnTitle: title,
      cells: [{ row: 0, column: 1, weight: 0.5, text: title, hint: title }],
    }),
  reliability: (title) =>
    reliabilityChart({ title, bins: [{ low: 0.9, high: 1, count: 3, confidence: 0.95, accuracy: 0.8 }] }),
  line: (title) =>
    lineChart({
      title,
      x: { label: title },
      y: { label: title },
      series: [
        {
          name: title,
          points: [
            [0, 1],
            [1, NaN],
            [2, 3],
          ],
        },
        {
          name: 'b',
          points: [
            [0, 2],
            [2, 1],
          ],
          dashed: true,
        },
      ],
      events: [{ x: 1, name: title }],
      spans: [{ from: 0, to: 1, name: title }],
    }),
  bar: (title) => barChart({ title, value: { label: title, percent: true }, bars: [{ label: title, value: 0.5 }] }),
  interval: (title) =>
    intervalChart({
      title,
      value: { label: title },
      rows: [{ label: title, value: 2, low: 1, high: 3, group: title }],
    }),
  scatter: (title) =>
    scatterChart({
      title,
      x: { label: title, type: 'log' },
      y: { label: title },
      points: [
        { x: 0.1, y: 1, group: title, label: title },
        { x: 0, y: 1 },
        { x: 1, y: Infinity },
      ],
    }),
  parallel: (title) =>
    parallelChart({
      title,
      dimensions: [{ name: title, type: 'log' }, { name: 'b' }, { name: 'c' }],
      lines: [
        [0.1, title, 1],
        [1, 'y', 2],
        [0, 'x', 3],
        [0.1, undefined, 4],
      ],
    }),
}

describe.each(Object.entries(charts))('a %s chart', (_, chart) => {
  it('is one SVG that carries no script and no style sheet, whatever the labels', () => {
    const svg = chart(HOSTILE)
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(svg).not.toMatch(/<script|<style/)
    expect(all(svg, 'title')[0]?.textContent).toBe(HOSTILE)
  })

  it('has no coordinate that is not a number', () => {
    expect(chart('a chart')).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('is the same each time', () => {
    expect(chart('a chart')).toBe(chart('a chart'))
  })
})

it('a line chart’s line runs through its points and breaks where one is missing', () => {
  const svg = lineChart({
    width: 180,
    height: 164,
    x: { label: 'x', domain: [0, 10] },
    y: { label: 'y', domain: [0, 10] },
    series: [
      {
        name: 'only',
        points: [
          [0, 0],
          [10, 10],
          [5, NaN],
          [5, 5],
        ],
        color: '#123456',
      },
    ],
  })
  const path = all(svg, 'g[stroke="#123456"] path, path[stroke="#123456"]')[0]?.getAttribute('d')
  expect(path).toBe('M56,124L156,24M106,74Z')
})

it('bars are as long as their values', () => {
  const svg = barChart({
    value: { label: 'v', domain: [0, 1] },
    bars: [
      { label: 'a', value: 0.5 },
      { label: 'b', value: 1 },
    ],
  })
  const [first, second] = all(svg, '[data-mark="bar"] rect').map((bar) => Number(bar.getAttribute('width')))
  expect(first).toBeGreaterThan(100)
  expect(second).toBeCloseTo(2 * first!, 6)
})

it('a scatter chart leaves out what a logarithmic axis cannot show', () => {
  expect(all(charts['scatter']!('t'), '[data-mark="dot"] circle')).toHaveLength(1)
})

it('a parallel chart leaves out lines that lack a value', () => {
  expect(all(charts['parallel']!('t'), '[data-mark="line"] path')).toHaveLength(2)
})

it('stacked charts stand below each other in one SVG', () => {
  const svg = stackCharts([charts['line']!('first'), charts['bar']!('second')], { width: 680, heights: [320, 122] })
  expect(all(svg, 'svg svg').map((part) => part.getAttribute('y'))).toEqual(['0', '320'])
  expect(all(svg, 'svg')[0]?.getAttribute('viewBox')).toBe('0 0 680 442')
})
