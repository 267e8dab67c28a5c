import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** What every chart has; sizes in pixels. */
export interface ChartFrame {
  title?: string
  width?: number
  height?: number
}

export interface Axis {
  label: string
  /** `log` leaves out values that are not positive. */
  type?: 'linear' | 'log'
  /** The range of the axis; without it, that of the values. */
  domain?: readonly [number, number]
  /** Ticks of fractions as percentages. */
  percent?: boolean
}

export interface LegendEntry {
  name: string
  color: string
  dashed?: boolean
}

/** Colours that colour-blind readers can tell apart. Source: Okabe and Ito 2008. */
export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8a6d3b'] as const

export const colorAt = (index: number): string => PALETTE[index % PALETTE.length] ?? PALETTE[0]

export const DEFAULT_WIDTH = 680
const FONT_SIZE = 11
/** Mean width of a character at that size: there is no layout engine that could measure it. */
const CHARACTER_WIDTH = 6.2
const LINE = 18

/** What is used of the light document's elements. */
interface SvgElement {
  readonly outerHTML: string
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  querySelector(selector: string): { remove(): void; textContent: string } | null
  querySelectorAll(selector: string): Iterable<SvgElement>
  prepend(child: object): void
}

interface SvgDocument {
  createElementNS(namespace: string, name: string): { textContent: string }
}

/**
 * Marks in a frame as one SVG element that stands alone, in a file or in a page: no script, no style sheet, text as text.
 * It takes the page's text colour.
 */
export function renderChart(
  { title, width = DEFAULT_WIDTH, height = 320 }: ChartFrame,
  legend: readonly LegendEntry[],
  options: Plot.PlotOptions,
): string {
  const { document } = parseHTML('<html></html>') as unknown as { document: SvgDocument }
  const marginLeft = options.marginLeft ?? 56
  const rows = legendRows(legend, width - marginLeft)
  const titleLines = title === undefined ? 0 : 1
  const marginTop = 24 + LINE * (titleLines + rows.length)
  const heading = { marginTop, title, rows, yLabel: options.y?.label, yLabelX: 6 - marginLeft }
  const svg = Plot.plot({
    marginLeft,
    marginRight: 24,
    marginBottom: 40,
    ...options,
    width,
    height,
    marginTop,
    ...(options.y === undefined ? {} : { y: { ...options.y, label: null } }),
    document: document as never,
    style: { fontSize: `${FONT_SIZE}px` } as never,
    marks: [...(options.marks ?? []), ...headingMarks(heading)],
  }) as unknown as SvgElement
  return standAlone(svg, document, title)
}

interface Heading {
  marginTop: number
  title: string | undefined
  rows: LegendRow[]
  yLabel: unknown
  /** Pixels from the frame's left side. */
  yLabelX: number
}

/** Title, legend and label of the y axis as lines of text above the frame. */
function headingMarks({ marginTop, title, rows, yLabel, yLabelX }: Heading): Plot.Markish[] {
  const line = (text: string, dx: number, index: number, options: Plot.TextOptions = {}): Plot.Markish =>
    Plot.text([text], {
      frameAnchor: 'top-left',
      textAnchor: 'start',
      lineAnchor: 'middle',
      dx,
      dy: 10 + LINE * index - marginTop,
      ...options,
    })
  const marks: Plot.Markish[] = []
  const first = title === undefined ? 0 : 1
  if (typeof yLabel === 'string') marks.push(line(yLabel, yLabelX, first + rows.length))
  if (title !== undefined) marks.push(line(title, 0, 0, { fontWeight: 'bold', fontSize: FONT_SIZE + 2 }))
  for (const [i, row] of rows.entries())
    for (const { name, color, dashed, x } of row)
      marks.push(line(dashed === true ? '╍╍' : '━━', x, first + i, { fill: color }), line(name, x + 26, first + i))
  return marks
}

/** The element's text for a file or a page; the title is for screen readers too. */
function standAlone(svg: SvgElement, document: SvgDocument, title: string | undefined): string {
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  svg.setAttribute('role', 'img')
  svg.removeAttribute('class')
  svg.querySelector('style')?.remove()
  // Marks have no role that could carry a name.
  for (const mark of svg.querySelectorAll('[aria-label]')) {
    mark.setAttribute('data-mark', mark.getAttribute('aria-label') ?? '')
    for (const name of ['aria-label', 'aria-description']) mark.removeAttribute(name)
  }
  if (title !== undefined) {
    const name = document.createElementNS('http://www.w3.org/2000/svg', 'title')
    name.textContent = title
    svg.prepend(name)
  }
  return svg.outerHTML
}

/** Charts one below the other, as one SVG. */
export function stackCharts(
  charts: readonly string[],
  { width, heights }: { width: number; heights: number[] },
): string {
  let y = 0
  const placed = charts.map((chart, i) => {
    const part = chart.replace('<svg ', `<svg y="${y}" `)
    y += heights[i] ?? 0
    return part
  })
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}">`
  return `${head}${placed.join('')}</svg>`
}

/** Options of a scale from an axis. */
export function scaleOptions({ label, type = 'linear', domain, percent }: Axis): Plot.ScaleOptions {
  return {
    label,
    labelArrow: 'none',
    type,
    ...(domain === undefined ? { nice: true } : { domain: [...domain] }),
    ...(type === 'log' ? { ticks: 5, tickFormat: '~g' } : {}),
    ...(percent === true ? { tickFormat: (fraction: number) => `${Number((100 * fraction).toPrecision(4))} %` } : {}),
  }
}

/** A name of at most so many characters, cut at its end. */
export const shortened = (name: string, most: number): string => {
  const characters = Array.from(name)
  return characters.length <= most ? name : `${characters.slice(0, most - 1).join('')}…`
}

/** Characters of a label at most. */
export const MAX_LABEL = 36

/** Room left of a chart for the longest label of its rows, pixels. */
export const labelMargin = (rows: readonly { label: string }[]): number =>
  16 + CHARACTER_WIDTH * Math.min(MAX_LABEL, Math.max(4, ...rows.map(({ label }) => label.length)))

/** Whether a value can be drawn on an axis. */
export const drawable = (value: number, { type }: Pick<Axis, 'type'>): boolean =>
  Number.isFinite(value) && (type !== 'log' || value > 0)

/** Entries with their left sides, pixels. */
type LegendRow = (LegendEntry & { x: number })[]

function legendRows(legend: readonly LegendEntry[], width: number): LegendRow[] {
  const rows: LegendRow[] = []
  let x = width
  for (const entry of legend) {
    const size = 26 + entry.name.length * CHARACTER_WIDTH + 16
    if (x + size > width) {
      rows.push([])
      x = 0
    }
    rows.at(-1)?.push({ ...entry, x })
    x += size
  }
  return rows
}
