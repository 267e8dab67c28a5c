import {
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type RowData,
  type SortingState,
} from '@tanstack/react-table'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import './data-table.css'
import { Checkbox } from './field.tsx'

export interface Column<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** What it is sorted by; a column without it cannot be sorted. */
  value?: (row: Row) => string | number | null
  align?: 'number'
}

export interface Sorting {
  column: string
  descending: boolean
}

interface Selection {
  ids: ReadonlySet<string>
  onChange: (ids: ReadonlySet<string>) => void
}

interface DataTableProps<Row extends RowData> {
  /** Names the table for readers of the screen; it is not shown. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowId: (row: Row) => string
  /** Of a row, as a reader of the screen hears it where it can be chosen. */
  rowName?: (row: Row) => string
  /** Ids of the columns that are shown; all by default. */
  shown?: readonly string[]
  selection?: Selection
  /** The order in which the rows came, where the service sorts; without `onSort`, the table sorts what it has. */
  sorting?: Sorting | undefined
  onSort?: (sorting: Sorting) => void
}

const features = tableFeatures({
  columnVisibilityFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
})
/** Longer tables keep only those rows in the document that are near the window. */
const MAX_PLAIN_ROWS = 150
const ROW_HEIGHT = 41

/** A table of any length: sorted by its headings, with rows to choose. One function: head and rows share the columns, the order and the selection. */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { caption, rows, rowId, rowName = rowId, selection, sorting, onSort } = props
  const [ownSorting, setOwnSorting] = useState<SortingState>([])
  const state =
    onSort === undefined ? ownSorting : sorting === undefined ? [] : [{ id: sorting.column, desc: sorting.descending }]
  const table = useTable({
    features,
    data: rows,
    columns: useColumns(props.columns),
    getRowId: rowId,
    manualSorting: onSort !== undefined,
    // The service always sorts by something.
    enableSortingRemoval: onSort === undefined,
    state: { sorting: state, columnVisibility: visibility(props) },
    onSortingChange: (update) => {
      const next = typeof update === 'function' ? update(state) : update
      const [first] = next
      if (onSort === undefined) setOwnSorting(next)
      else if (first !== undefined) onSort({ column: first.id, descending: first.desc })
    },
  })
  const columns = new Map(props.columns.map((column) => [column.id, column]))
  const sorted = table.getRowModel().rows
  const choose = (id: string, isChosen: boolean): void => {
    const ids = new Set(selection?.ids)
    if (isChosen) ids.add(id)
    else ids.delete(id)
    selection?.onChange(ids)
  }
  const drawn = (index: number): ReactNode => {
    const row = sorted[index]
    if (row === undefined) return null
    const isChosen = selection?.ids.has(row.id) ?? false
    return (
      <tr key={row.id} aria-rowindex={index + 2} data-chosen={isChosen || undefined}>
        {selection !== undefined && (
          <td className="data-table-check">
            <Checkbox
              label={`Choose ${rowName(row.original)}`}
              hideLabel
              checked={isChosen}
              onChange={(on) => choose(row.id, on)}
            />
          </td>
        )}
        {row.getVisibleCells().map((cell) => (
          <td key={cell.id} className={columns.get(cell.column.id)?.align}>
            {columns.get(cell.column.id)?.cell(row.original)}
          </td>
        ))}
      </tr>
    )
  }
  const all = sorted.length > 0 && sorted.every(({ id }) => selection?.ids.has(id))
  return (
    <div className="data-table" tabIndex={0} role="group" aria-label={caption}>
      <table aria-rowcount={sorted.length + 1}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {selection !== undefined && (
              <td className="data-table-check">
                <Checkbox
                  label="Choose all rows"
                  hideLabel
                  checked={all}
                  onChange={(on) => selection.onChange(new Set(on ? sorted.map(({ id }) => id) : []))}
                />
              </td>
            )}
            {table.getHeaderGroups()[0]?.headers.map(({ id, column }) => (
              <th key={id} scope="col" className={columns.get(id)?.align} aria-sort={ariaSort(column.getIsSorted())}>
                {column.getCanSort() ? (
                  <button type="button" className="data-table-sort" onClick={column.getToggleSortingHandler()}>
                    {columns.get(id)?.header}
                    <SortMark direction={column.getIsSorted()} />
                  </button>
                ) : (
                  columns.get(id)?.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        {sorted.length > MAX_PLAIN_ROWS ? (
          <NearRows count={sorted.length} draw={drawn} />
        ) : (
          <tbody>{sorted.map((_, index) => drawn(index))}</tbody>
        )}
      </table>
    </div>
  )
}

function useColumns<Row extends RowData>(columns: readonly Column<Row>[]) {
  return useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>()
    return helper.columns(
      columns.map(({ id, header, value }) =>
        helper.accessor((row) => value?.(row) ?? null, {
          id,
          header,
          enableSorting: value !== undefined,
          sortDescFirst: false,
          sortFn: (a, b) => compared(value?.(a.original) ?? null, value?.(b.original) ?? null),
        }),
      ),
    )
  }, [columns])
}

/** Numbers by size, texts as people sort them; what is missing comes last upwards. */
function compared(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), undefined, { numeric: true })
}

const visibility = <Row extends RowData>({ columns, shown }: Pick<DataTableProps<Row>, 'columns' | 'shown'>) =>
  Object.fromEntries(columns.map(({ id }) => [id, shown?.includes(id) ?? true]))

const ariaSort = (direction: false | 'asc' | 'desc') =>
  direction === false ? undefined : direction === 'asc' ? 'ascending' : 'descending'

function SortMark({ direction }: { direction: false | 'asc' | 'desc' }) {
  if (direction === false) return <ArrowUpDown aria-hidden className="idle" />
  return direction === 'asc' ? <ArrowUp aria-hidden /> : <ArrowDown aria-hidden />
}

/** The rows near the window, between two that have the height of the others. */
function NearRows({ count, draw }: { count: number; draw: (index: number) => ReactNode }) {
  const [top, setTop] = useState(0)
  const near = useWindowVirtualizer({
    count,
    estimateSize: () => ROW_HEIGHT,
    overscan: 15,
    scrollMargin: top,
  })
  const measure = useCallback((body: HTMLElement | null) => {
    if (body !== null) setTop(body.getBoundingClientRect().top + window.scrollY)
  }, [])
  const items = near.getVirtualItems()
  const before = (items[0]?.start ?? 0) - near.options.scrollMargin
  const after = near.getTotalSize() - ((items.at(-1)?.end ?? 0) - near.options.scrollMargin)
  return (
    <tbody ref={measure}>
      {before > 0 && <Gap height={before} />}
      {items.map(({ index }) => draw(index))}
      {after > 0 && <Gap height={after} />}
    </tbody>
  )
}

const Gap = ({ height }: { height: number }) => (
  <tr aria-hidden>
    <td style={{ height, padding: 0, border: 0 }} />
  </tr>
)
