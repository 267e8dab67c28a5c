import { h, morph } from './dom.ts'

const place = (): HTMLElement => document.querySelector<HTMLElement>('#notice')!

/** Says what went wrong over the page, which stays; `again` tries at once. */
export function showNotice(text: string, again?: () => void): void {
  morph(
    place(),
    h('span', {}, text),
    again !== undefined && h('button', { click: again, 'data-key': 'again' }, 'Try now'),
    again === undefined && h('button', { click: clearNotice, 'data-key': 'close' }, 'Close'),
  )
  place().hidden = false
}

export function clearNotice(): void {
  place().hidden = true
  place().replaceChildren()
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
