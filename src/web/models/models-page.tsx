import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { modelsQuery, refOf, type Model } from './model-queries.ts'
import { NewModelForm } from './new-model-form.tsx'

export function ModelsPage() {
  const models = useInfiniteQuery(modelsQuery)
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const rows = models.data?.pages.flatMap((page) => page.data)
  const wanted = text.trim().toLowerCase()
  const shown = rows?.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted))
  return (
    <Page
      title="Models"
      actions={
        <>
          <ButtonLink to="/predictions">Batches of predictions</ButtonLink>
          <Button onClick={() => setOpen(true)}>New model…</Button>
        </>
      }
    >
      <p className="faint">
        A model is a name with numbered versions, each a checkpoint, and aliases such as champion that programs ask for.
      </p>
      {shown === undefined &&
        (models.isError ? <ErrorState error={models.error} onRetry={() => void models.refetch()} /> : <Loading />)}
      {rows?.length === 0 && (
        <EmptyState title="No model is registered yet." action={<Link to="/jobs">Go to the jobs</Link>}>
          Register a checkpoint from the page of a job that has succeeded, or make a name for a model here.
        </EmptyState>
      )}
      {rows !== undefined && rows.length > 0 && (
        <>
          <div className="row">
            <TextField label="Find a model" type="search" value={text} onChange={setText} />
          </div>
          <DataTable caption="Models of the team" columns={COLUMNS} rows={shown ?? []} rowId={({ id }) => id} />
        </>
      )}
      <LoadMore query={models} shown={rows?.length ?? 0} noun="models" />
      <Dialog title="New model" open={isOpen} onClose={() => setOpen(false)}>
        <NewModelForm onMade={({ name }) => void navigate({ to: '/models/$name', params: { name } })} />
      </Dialog>
    </Page>
  )
}

const COLUMNS: readonly Column<Model>[] = [
  {
    id: 'name',
    header: 'Name',
    value: ({ name }) => name,
    cell: (model) => (
      <span className="break">
        <Link to="/models/$name" params={{ name: refOf(model) }}>
          {model.name}
        </Link>{' '}
        {model.sharedBy !== null && <Badge tone="second">shared by {model.sharedBy.name}</Badge>}
      </span>
    ),
  },
  {
    id: 'description',
    header: 'Description',
    value: ({ description }) => description,
    cell: ({ description }) => <span className="break">{description}</span>,
  },
  {
    id: 'newest',
    header: 'Newest version',
    align: 'number',
    value: ({ newestVersion }) => newestVersion,
    cell: ({ newestVersion }) => newestVersion ?? 'none',
  },
  {
    id: 'aliases',
    header: 'Aliases',
    cell: ({ aliases }) => (
      <span className="row">
        {Object.entries(aliases).map(([alias, version]) => (
          <Badge key={alias} tone={alias === 'champion' ? 'good' : 'neutral'}>
            {alias}: {version}
          </Badge>
        ))}
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
