/** Text that is markup already. */
export interface Markup {
  markup: string
}

type Part = Markup | string | number | null | readonly Markup[]

/** Markup with every value escaped, save those that are markup themselves. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Markup {
  return { markup: String.raw({ raw: strings }, ...values.map(written)) }
}

/** Markup of ours as it is: charts and style sheets. */
export const raw = (markup: string): Markup => ({ markup })

function written(value: Part): string {
  if (value === null) return ''
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('')
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

export const percent = (share: number | null, digits = 2): string =>
  share === null ? '–' : `${(100 * share).toFixed(digits)} %`

export const count = (value: number): string => value.toLocaleString('en')

/** The id of a section, by which the contents link to it. */
export const idOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

/** A section with a heading. */
export const section = (title: string, ...content: (Markup | null)[]): Markup =>
  html`<section id="${idOf(title)}">
    <h2>${title}</h2>
    ${content.filter((part) => part !== null)}
  </section> `

/** What scrolls where the page is narrow, by keyboard too. */
const scrolling = (kind: string, name: string, content: Markup): Markup =>
  html`<div class="${kind}" role="group" aria-label="${name}" tabindex="0">${content}</div>`

/** A chart in a frame that scrolls where the page is narrow. */
export const figure = (svg: string): Markup => {
  const name = /<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? 'chart'
  return scrolling('chart', unescaped(name), raw(svg))
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

export interface Cell {
  text: string | Markup
  /** What it is sorted by, where that is not its text; null: last. */
  value?: number | null
}

export interface Table {
  caption: string
  /** The first one names the rows; the others are numbers but where they say so. */
  columns: readonly { title: string; kind?: 'text' }[]
  rows: readonly (readonly Cell[])[]
  /** Whether pressing a heading sorts it. */
  sorts?: boolean
}

/** A table in a frame that scrolls. */
export function table({ caption, columns, rows, sorts = false }: Table): Markup {
  const classOf = (column: number): string => (column === 0 || columns[column]?.kind === 'text' ? 'text' : 'number')
  const heads = columns.map(({ title }, i) => html`<th scope="col" class="${classOf(i)}">${title}</th>`)
  const cell = ({ text, value }: Cell, i: number): Markup => {
    const sorted = value === undefined ? null : raw(` data-value="${value ?? ''}"`)
    return i === 0
      ? html`<th scope="row" ${sorted}>${text}</th>`
      : html`<td class="${classOf(i)}" ${sorted}>${text}</td>`
  }
  const body = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map(cell)}
      </tr> `,
  )
  return scrolling(
    'table',
    caption,
    html`<table${raw(sorts ? ' data-sorts' : '')}>
      <caption>${caption}</caption>
      <thead><tr>${heads}</tr></thead>
      <tbody>${body}</tbody>
    </table>`,
  )
}

/** A cell of a share, sorted by it. */
export const shareCell = (share: number | null, digits = 2): Cell => ({ text: percent(share, digits), value: share })
export const countCell = (value: number): Cell => ({ text: count(value), value })

/** An interval of a share. */
export const between = ([low = 0, high = 0]: readonly number[], digits = 1): string =>
  `${(100 * low).toFixed(digits)} – ${(100 * high).toFixed(digits)} %`
