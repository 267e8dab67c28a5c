import { pathOf, shortText, valueAt } from '../shared/spec-form/value-paths.ts'
import { isObject } from '../shared/spec-form/value-paths.ts'
import { CodeBlock } from '../ui/code-block.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import type { Checked } from './use-check.ts'

interface Reason {
  pointer: string
  value: string
  why: string
}

const COLUMNS: Column<Reason>[] = [
  {
    id: 'field',
    header: 'Field',
    cell: ({ pointer }) => <code>{pointer.slice(1)}</code>,
    value: ({ pointer }) => pointer,
  },
  {
    id: 'value',
    header: 'Value',
    cell: ({ value }) => <span className="break">{value}</span>,
    value: ({ value }) => value,
  },
  { id: 'why', header: 'Why', cell: ({ why }) => why },
]

/** What was chosen for everything that the spec leaves out, and the whole spec that would run. */
export function Reasons({ checked: { spec, reasons } }: { checked: Checked }) {
  const rows = reasonRows(spec, reasons)
  return (
    <details className="reasons">
      <summary>What is chosen for you, and why ({rows.length})</summary>
      <div className="stack tight">
        <DataTable caption="Chosen values" columns={COLUMNS} rows={rows} rowId={({ pointer }) => pointer} />
        <CodeBlock label="The whole spec" code={JSON.stringify(spec, null, 2)} />
      </div>
    </details>
  )
}

const reasonRows = (spec: unknown, reasons: unknown): Reason[] =>
  Object.entries(isObject(reasons) ? reasons : {}).map(([pointer, why]) => ({
    pointer,
    value: shortText(valueAt(spec, pathOf(pointer))),
    why: String(why),
  }))
