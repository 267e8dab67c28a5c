import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { printable } from '../data/text.ts'

/** Columns of a terminal when its width is not known. */
export const DEFAULT_COLUMNS = 80
const MAX_COLUMNS = 100

/** Columns to print for: those of the terminal, within what reads well. */
export const columnsOf = (stream: { columns?: number }): number =>
  Math.min(MAX_COLUMNS, Math.max(40, stream.columns ?? DEFAULT_COLUMNS))

export const widthOf = (text: string): number => stringWidth(text)

/** A text in a column of that width: padded, or cut in its middle, where names differ least. */
export function fit(text: string, width: number): string {
  const shown = printable(text, text.length)
  if (widthOf(shown) <= width) return shown + ' '.repeat(width - widthOf(shown))
  const chars = [...shown]
  let head = Math.ceil(width / 2)
  let tail = width
  const cut = (): string => `${chars.slice(0, head).join('')}…${tail === 0 ? '' : chars.slice(-tail).join('')}`
  while (widthOf(cut()) > width && (head > 0 || tail > 0))
    if (tail >= head) tail--
    else head--
  return cut() + ' '.repeat(Math.max(0, width - widthOf(cut())))
}

/** A text in lines of at most that many columns, all but the first indented. */
export function wrapped(text: string, columns: number, indent: number): string[] {
  const [first = '', ...rest] = wrapAnsi(text, columns - indent, { hard: true, trim: true }).split('\n')
  return [first, ...rest.map((line) => ' '.repeat(indent) + line)]
}

export const grouped = (count: number): string => count.toLocaleString('en')

/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`

/** The first few of a list, and how many more there are. */
export function listed(names: readonly string[], limit: number, total = names.length): string {
  const shown = names.slice(0, limit).map((name) => printable(name, 80))
  return shown.join(', ') + (total > shown.length ? ` and ${grouped(total - shown.length)} more` : '')
}
