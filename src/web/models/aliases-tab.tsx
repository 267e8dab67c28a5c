import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { promotionsQuery, refOf, type Model, type Promotion } from './model-queries.ts'

/** Which versions the aliases mean, and every change of them. */
export function AliasesTab({ model }: { model: Model }) {
  const promotions = useInfiniteQuery(promotionsQuery(refOf(model)))
  const queries = useQueryClient()
  const [doomed, setDoomed] = useState<string>()
  const [reason, setReason] = useState('')
  const rows = promotions.data?.pages.flatMap((page) => page.data)
  const remove = async (alias: string): Promise<void> => {
    const query = reason.trim() === '' ? {} : { reason: reason.trim() }
    await data(
      api.DELETE('/v1/models/{name}/aliases/{alias}', { params: { path: { name: model.name, alias }, query } }),
    )
    setReason('')
    await queries.invalidateQueries({ queryKey: ['models'] })
  }
  return (
    <div className="stack">
      <Current model={model} onRemove={setDoomed} />
      <Card title="Changes of aliases">
        {promotions.isPending && <Loading />}
        {promotions.isError && <ErrorState error={promotions.error} onRetry={() => void promotions.refetch()} />}
        {rows?.length === 0 && <p className="faint">No alias was ever set.</p>}
        {rows !== undefined && rows.length > 0 && (
          <DataTable caption="Every change of an alias" columns={COLUMNS} rows={rows} rowId={({ id }) => id} />
        )}
        <LoadMore query={promotions} shown={rows?.length ?? 0} noun="changes" />
      </Card>
      <ConfirmDialog
        title={`Remove the alias ${doomed ?? ''}`}
        confirm="Remove"
        danger
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={async () => {
          if (doomed !== undefined) await remove(doomed)
        }}
      >
        <div className="stack tight">
          <p>Programs that ask for it get an error from now on. The version stays.</p>
          <TextField label="Why (optional)" value={reason} onChange={setReason} maxLength={2000} />
        </div>
      </ConfirmDialog>
    </div>
  )
}

function Current({ model, onRemove }: { model: Model; onRemove: (alias: string) => void }) {
  const aliases = Object.entries(model.aliases)
  return (
    <Card title="Aliases now">
      {aliases.length === 0 && (
        <p className="faint">
          There are none. Set one at a version; without <code>champion</code>, the bare name of the model means the
          newest version.
        </p>
      )}
      <ul className="plain stack tight">
        {aliases.map(([alias, version]) => (
          <li key={alias} className="row">
            <Badge tone={alias === 'champion' ? 'good' : 'neutral'}>{alias}</Badge> version {version}
            <code>
              {refOf(model)}@{alias}
            </code>
            {model.sharedBy === null && (
              <Button size="small" aria-label={`Remove ${alias}`} onClick={() => onRemove(alias)}>
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

const COLUMNS: readonly Column<Promotion>[] = [
  { id: 'alias', header: 'Alias', value: ({ alias }) => alias, cell: ({ alias }) => alias },
  {
    id: 'change',
    header: 'From → to',
    cell: ({ from, to }) => `${from === null ? 'none' : `version ${from}`} → ${to === null ? 'none' : `version ${to}`}`,
  },
  { id: 'reason', header: 'Why', cell: ({ reason }) => <span className="break">{reason}</span> },
  { id: 'by', header: 'By', cell: ({ promotedBy }) => <span className="break">{promotedBy.name}</span> },
  {
    id: 'at',
    header: 'When',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
]
