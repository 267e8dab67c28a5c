import morphdom from 'morphdom'

export type Child = Node | string | null | false

/** Event handlers that elements carry; `morph` hands those of the new element to the one that stays. */
const HANDLERS = ['onclick', 'onchange', 'oninput', 'onsubmit'] as const
type Handler = (event: Event) => void

/** An element with attributes, handlers (`click`, `change`, …) and children; text is never parsed as markup. */
export function h(tag: string, attributes: Record<string, string | Handler> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') Reflect.set(element, `on${name}`, value)
    else element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child !== null && child !== false))
  return element
}

/** Makes the parent's children look like these, keeping the elements that are there, and with them focus, selection and scroll position. */
export function morph(parent: HTMLElement, ...children: Child[]): void {
  const wanted = parent.cloneNode() as HTMLElement
  wanted.append(...children.filter((child) => child !== null && child !== false))
  morphdom(parent, wanted, {
    childrenOnly: true,
    getNodeKey: (node) => (node instanceof HTMLElement ? (node.dataset['key'] ?? node.id) : undefined),
    onBeforeElUpdated(from, to) {
      for (const name of HANDLERS) Reflect.set(from, name, Reflect.get(to, name))
      return true
    },
  })
}

export const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${(100 * value).toFixed(2)} %`

/** A value of a spec, or a metric, in a few characters. */
export const shown = (value: unknown): string =>
  typeof value === 'number'
    ? String(Number(value.toPrecision(4)))
    : typeof value === 'string'
      ? value
      : (JSON.stringify(value) ?? '–')

export const when = (iso: string): string =>
  new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A framed part of a page. */
export function card(title: string, ...children: Node[]): HTMLElement {
  return h('section', { class: 'card' }, h('h2', {}, title), ...children)
}

/** What a browser's tab and history show. */
export function setTitle(...parts: string[]): void {
  document.title = [...parts, 'Anneal'].join(' · ')
}
