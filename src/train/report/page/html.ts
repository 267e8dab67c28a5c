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

/** A section with a heading. */
export const section = (title: string, ...content: (Markup | null)[]): Markup =>
  html`<section>
    <h2>${title}</h2>
    ${content.filter((part) => part !== null)}
  </section> `

/** A chart in a frame that scrolls where the page is narrow. */
export const figure = (svg: string): Markup => html`<div class="chart">${raw(svg)}</div>`
