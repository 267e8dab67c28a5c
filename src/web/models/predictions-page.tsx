import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { count } from '../format.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Page } from '../ui/page.tsx'
import { Progress } from '../ui/progress.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { batchesQuery, fractionOf, modelOf } from './batch-queries.ts'
import { DatasetLink } from './dataset-link.tsx'
import type { Batch } from './model-queries.ts'
import { NewBatchForm } from './new-batch-form.tsx'

const route = getRouteApi('/predictions')

export function PredictionsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const batches = useInfiniteQuery(batchesQuery)
  const [isNew, setNew] = useState(Object.values(search).some((value) => value !== undefined))
  const rows = batches.data?.pages.flatMap((page) => page.data)
  const start = (
    <Button kind="primary" onClick={() => setNew(true)}>
      Predict many images…
    </Button>
  )
  return (
    <Page title="Batches of predictions" above={<Link to="/models">Models</Link>} actions={start}>
      {rows === undefined &&
        (batches.isError ? <ErrorState error={batches.error} onRetry={() => void batches.refetch()} /> : <Loading />)}
      {rows?.length === 0 && (
        <EmptyState title="Nothing has been predicted in a batch yet.">
          A worker predicts every image of a data set, or of an archive or folder of yours; the result is a file to
          download.
        </EmptyState>
      )}
      {rows !== undefined && rows.length > 0 && (
        <DataTable caption="Batches of the team" columns={COLUMNS} rows={rows} rowId={({ id }) => id} />
      )}
      <LoadMore query={batches} shown={rows?.length ?? 0} noun="batches" />
      <Dialog title="Predict many images" open={isNew} onClose={() => setNew(false)}>
        <NewBatchForm start={search} onMade={({ id }) => void navigate({ to: '/predictions/$id', params: { id } })} />
      </Dialog>
    </Page>
  )
}

const COLUMNS: readonly Column<Batch>[] = [
  {
    id: 'id',
    header: 'Batch',
    cell: ({ id }) => (
      <Link to="/predictions/$id" params={{ id }} className="mono">
        {id}
      </Link>
    ),
  },
  { id: 'state', header: 'State', value: ({ state }) => state, cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'model',
    header: 'Model',
    value: modelOf,
    cell: (batch) => <span className="break">{modelOf(batch)}</span>,
  },
  {
    id: 'dataset',
    header: 'Data set',
    cell: (batch) => (
      <span>
        <DatasetLink batch={batch} />
        {batch.split !== undefined && `, ${batch.split}`}
      </span>
    ),
  },
  {
    id: 'images',
    header: 'Images',
    align: 'number',
    value: ({ predicted }) => predicted,
    cell: (batch) => (
      <span className="stack tight">
        <span>
          {count(batch.predicted)} of {batch.images === null ? '?' : count(batch.images)}
        </span>
        {batch.state === 'running' && <Progress label={`Progress of ${batch.id}`} value={fractionOf(batch)} />}
      </span>
    ),
  },
  {
    id: 'created',
    header: 'Created',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
]
