import { printable } from '../data/text.ts'
import { styled, type Style } from './style.ts'
import { fit, widthOf } from './text-columns.ts'

export interface Column<T> {
  title: string
  of: (row: T) => string
  /** Numbers stand at the right. */
  right?: boolean
  /** What people copy, such as ids, is never cut. */
  whole?: boolean
  style?: (row: T) => Style | undefined
}

const GAP = '  '
/** Columns that can be cut keep so much. */
const MIN_COLUMNS = 6
const MAX_CELL = 500

/** Columns of a terminal; what is read by a program or kept in a file is not cut. */
export const widthFor = (stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number =>
  stream.isTTY && stream.columns > 0 ? stream.columns : Infinity

/** Rows under titles, as lines of at most that many columns: the widest cells that may be cut are. Of no rows, no lines. */
export function table<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  width: number = widthFor(process.stdout),
): string {
  if (rows.length === 0) return ''
  const texts = rows.map((row) => columns.map((column) => printable(column.of(row), MAX_CELL)))
  const widths = widthsWithin(
    columns.map(({ title, whole = false }, at) => ({
      wanted: Math.max(widthOf(title), ...texts.map((cells) => widthOf(cells[at] ?? ''))),
      whole,
    })),
    width,
  )
  const line = (cells: readonly string[], styleOf: (column: Column<T>) => Style | undefined): string =>
    columns
      .map((column, at) => {
        const cut = fit(cells[at] ?? '', widths[at] ?? 0)
        const text = cut.trimEnd()
        const space = ' '.repeat(widthOf(cut) - widthOf(text))
        const shown = styled(styleOf(column), text)
        return column.right === true ? space + shown : shown + space
      })
      .join(GAP)
      .trimEnd()
  const titles = line(
    columns.map(({ title }) => title.toUpperCase()),
    () => 'bold',
  )
  const lines = texts.map((cells, i) => line(cells, ({ style }) => style?.(rows[i] as T)))
  return [titles, ...lines].map((text) => `${text}\n`).join('')
}

/** Takes from the widest column that may be cut, until all fit. */
function widthsWithin(columns: readonly { wanted: number; whole: boolean }[], width: number): number[] {
  const widths = columns.map(({ wanted }) => wanted)
  let excess = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (columns.length - 1) - width
  while (excess > 0) {
    const cuttable = widths.map((one, at) => (columns[at]?.whole === true ? 0 : one))
    const widest = Math.max(...cuttable)
    if (widest <= MIN_COLUMNS) break
    const at = cuttable.indexOf(widest)
    const next = Math.max(MIN_COLUMNS, ...cuttable.filter((one) => one < widest))
    const cut = Math.max(1, Math.min(excess, widest - next))
    widths[at] = widest - cut
    excess -= cut
  }
  return widths
}

/** Names next to values, a line each; what has no value is left out. */
export function fields(pairs: Readonly<Record<string, string | null | undefined>>, stream = process.stdout): string {
  const shown = Object.entries(pairs).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== null && pair[1] !== '',
  )
  const width = Math.max(0, ...shown.map(([name]) => widthOf(name)))
  return shown
    .map(([name, value]) => `${styled('dim', name, stream)}${' '.repeat(width - widthOf(name))}  ${value}\n`)
    .join('')
}
