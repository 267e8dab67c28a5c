import { h } from './dom.ts'

export interface Column<Row> {
  title: string
  /** What a screen reader says of a column without a title. */
  label?: string
  /** Aligned to the right. */
  number?: boolean
  cell: (row: Row) => Node | string
}

/** A table with one column a property; `attributes` are of a row. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  attributes: (row: Row) => Record<string, string> = () => ({}),
): HTMLElement {
  const side = ({ number = false }: Column<Row>): Record<string, string> => (number ? { class: 'number' } : {})
  return h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...columns.map((column) => heading(column, side(column))))),
    h(
      'tbody',
      {},
      ...rows.map((row) =>
        h('tr', attributes(row), ...columns.map((column) => h('td', side(column), column.cell(row)))),
      ),
    ),
  )
}

function heading<Row>({ title, label }: Column<Row>, attributes: Record<string, string>): HTMLElement {
  return title === '' && label !== undefined
    ? h('th', attributes, h('span', { class: 'unseen' }, label))
    : h('th', attributes, title)
}
