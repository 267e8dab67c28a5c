import * as Plot from '@observablehq/plot'
import { renderChart, shortened, type ChartFrame } from './chart.ts'

export interface HeatMap extends Omit<ChartFrame, 'width' | 'height'> {
  /** Of rows and columns alike. */
  names: readonly string[]
  /** Cells that are not empty; `weight` from 0 to 1 is how dark. */
  cells: readonly { row: number; column: number; weight: number; text: string; hint: string }[]
  rowTitle: string
  columnTitle: string
}

const MAX_CELL = 48
const MIN_CELL = 6
const WIDTH = 840
const MAX_NAME = 28
/** Beyond it, cells hold no text, and no hint of their own. */
const MAX_WITH_TEXT = 20
const MAX_WITH_HINTS = 60
/** From here on, text is white. */
const DARK = 0.6
const GOOD = '#0072b2'
const BAD = '#d55e00'

/** A square matrix, true classes downwards: the diagonal in one colour, everything off it in another. */
export function heatMap({ names: whole, cells, rowTitle, columnTitle, ...frame }: HeatMap): string {
  const names = whole.map((name) => shortened(name, MAX_NAME))
  const side = Math.max(MIN_CELL, Math.min(MAX_CELL, Math.floor(WIDTH / names.length)))
  const fontSize = Math.min(11, Math.max(5, side - 1))
  const margin = Math.min(200, 14 + fontSize * 0.58 * Math.max(6, ...names.map((name) => name.length)))
  const places = [...names.keys()]
  const axis = { domain: places, tickFormat: (place: number) => names[place] ?? '', tickSize: 0, label: null }
  const extent = side * names.length
  return renderChart({ ...frame, width: margin + extent + 24, height: margin + extent + 54 }, [], {
    marginLeft: margin,
    marginBottom: margin + 8,
    marginRight: 24,
    x: { ...axis, tickRotate: -90, padding: side > 12 ? 0.06 : 0 },
    y: { ...axis, padding: side > 12 ? 0.06 : 0 },
    marks: [
      Plot.axisX({ ...axis, fontSize, tickRotate: -90 }),
      Plot.axisY({ ...axis, fontSize }),
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fillOpacity: 'weight',
        fill: ({ row, column }: (typeof cells)[number]) => (row === column ? GOOD : BAD),
        ...(names.length <= MAX_WITH_HINTS ? { title: 'hint' } : {}),
      }),
      ...(names.length <= MAX_WITH_TEXT
        ? [
            Plot.text(cells, {
              x: 'column',
              y: 'row',
              text: 'text',
              fontSize: Math.min(12, side / 2.6),
              fill: ({ weight }: (typeof cells)[number]) => (weight > DARK ? 'white' : 'currentColor'),
            }),
          ]
        : []),
      Plot.frame({ strokeOpacity: 0.25 }),
      Plot.text([`${rowTitle} ↓   ${columnTitle} →`], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        lineAnchor: 'bottom',
        dy: -8,
        fillOpacity: 0.7,
      }),
    ],
    opacity: { domain: [0, 1], range: [0, 1] },
  })
}
