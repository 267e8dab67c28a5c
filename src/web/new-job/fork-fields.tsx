import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { JobInfo } from '../../../clients/typescript/src/types.ts'
import { api, data } from '../api.ts'
import { bytes, count } from '../format.ts'
import { pointerOf, shortText, valueAt } from '../shared/spec-form/value-paths.ts'
import { isObject } from '../shared/spec-form/value-paths.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { SelectField } from '../ui/field.tsx'
import type { Draft } from './draft.ts'

interface ForkFieldsProps {
  parent: JobInfo
  draft: Draft
  changes: Record<string, unknown>
  change: (part: Partial<Draft>) => void
  /** Of the checkpoint. */
  error: string | undefined
}

const MODES = [
  { value: 'weights', label: 'Start a new run from its weights' },
  { value: 'continue', label: 'Continue the run for a larger budget' },
]

/** What a fork takes over from its parent, and what it changes. */
export function ForkFields({ parent, draft, changes, change, error }: ForkFieldsProps) {
  const checkpoints = useQuery({
    queryKey: ['jobs', parent.id, 'checkpoints'],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/jobs/{id}/checkpoints', { params: { path: { id: parent.id } }, signal })),
  })
  const usable = (checkpoints.data?.data ?? []).filter(({ kind }) => draft.mode === 'weights' || kind === 'last')
  const rows = changedRows(parent.spec, changes)
  return (
    <div className="stack">
      <p className="break">
        From{' '}
        <Link to="/jobs/$id" params={{ id: parent.id }}>
          {parent.name || parent.id}
        </Link>
        , which is {parent.state}.
      </p>
      <div className="form-fields">
        <SelectField
          label="What to do"
          description={
            draft.mode === 'weights'
              ? 'A new run with its own schedule; everything may change.'
              : 'The optimiser and the position are kept; only budget, schedule, early stopping, evaluation and calibration may change.'
          }
          value={draft.mode}
          options={MODES}
          onChange={(text) => change({ mode: text === 'continue' ? 'continue' : 'weights', checkpoint: '' })}
        />
        <SelectField
          label="Checkpoint"
          error={error}
          value={draft.checkpoint}
          onChange={(checkpoint) => change({ checkpoint })}
          options={[
            { value: '', label: draft.mode === 'weights' ? 'The one that it reported on' : 'The last one' },
            ...usable.map(({ id, kind, step, sizeBytes }) => ({
              value: id,
              label: `${kind}, step ${count(step)} (${bytes(sizeBytes)})`,
            })),
          ]}
        />
      </div>
      {rows.length === 0 ? (
        <p className="faint">Nothing of its spec is changed yet.</p>
      ) : (
        <DataTable caption="Changes from the parent" columns={COLUMNS} rows={rows} rowId={({ pointer }) => pointer} />
      )}
    </div>
  )
}

interface Row {
  pointer: string
  before: string
  after: string
}

const COLUMNS: Column<Row>[] = [
  {
    id: 'field',
    header: 'Field',
    cell: ({ pointer }) => <code className="break">{pointer}</code>,
    value: ({ pointer }) => pointer,
  },
  { id: 'before', header: 'Parent', cell: ({ before }) => <span className="break">{before}</span> },
  { id: 'after', header: 'Fork', cell: ({ after }) => <span className="break">{after}</span> },
]

/** Each value that is changed, next to what the parent has. */
function changedRows(spec: unknown, changes: Record<string, unknown>, path: string[] = []): Row[] {
  return Object.entries(changes).flatMap(([key, value]) => {
    const at = [...path, key]
    if (isObject(value) && Object.keys(value).length > 0) return changedRows(spec, value, at)
    const before = valueAt(spec, at)
    return {
      pointer: pointerOf(at),
      before: before === undefined ? '–' : shortText(before),
      after: value === null ? 'the default' : shortText(value),
    }
  })
}
