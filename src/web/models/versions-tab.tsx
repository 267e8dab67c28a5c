import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { api, data } from '../api.ts'
import { figure } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { LineageCard } from './lineage-card.tsx'
import { refOf, versionsQuery, type Model, type ModelVersion } from './model-queries.ts'
import { PromoteForm } from './promote-form.tsx'
import { RegisterForm } from './register-form.tsx'

const route = getRouteApi('/models/$name')
/** Of the report of the job; a checkpoint without one has none of them. */
const METRICS = [
  ['report/accuracy', 'Accuracy'],
  ['report/balancedAccuracy', 'Balanced accuracy'],
  ['report/macroF1', 'Macro F1'],
  ['report/nll', 'Log loss'],
  ['report/ece', 'Calibration error'],
] as const

interface Open {
  what: 'promote' | 'delete'
  version: ModelVersion
}

export function VersionsTab({ model }: { model: Model }) {
  const ref = refOf(model)
  const { version: chosen } = route.useSearch()
  const versions = useInfiniteQuery(versionsQuery(ref))
  const [open, setOpen] = useState<Open>()
  const [isRegistering, setRegistering] = useState(false)
  const isOwn = model.sharedBy === null
  const columns = useMemo(() => (isOwn ? [...columnsOf(ref), actionsColumn(setOpen)] : columnsOf(ref)), [ref, isOwn])
  if (versions.data === undefined)
    return versions.isError ? (
      <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />
    ) : (
      <Loading />
    )
  const rows = versions.data.pages.flatMap((page) => page.data)
  const register = (
    <Button kind={rows.length === 0 ? 'primary' : 'plain'} onClick={() => setRegistering(true)}>
      Register a version…
    </Button>
  )
  return (
    <div className="stack">
      {rows.length === 0 ? (
        <EmptyState title="The model has no version yet." action={isOwn && register}>
          Register a checkpoint of a job as its first version.
        </EmptyState>
      ) : (
        <>
          {isOwn && <div className="row">{register}</div>}
          <DataTable
            caption="Versions of the model"
            columns={columns}
            rows={rows}
            rowId={({ version }) => String(version)}
          />
        </>
      )}
      <LoadMore query={versions} shown={rows.length} noun="versions" />
      {chosen !== undefined && <LineageCard name={ref} version={chosen} />}
      <Dialog title="Register a version" open={isRegistering} onClose={() => setRegistering(false)}>
        <RegisterForm name={model.name} onDone={() => setRegistering(false)} />
      </Dialog>
      <VersionDialogs model={model} open={open} onClose={() => setOpen(undefined)} />
    </div>
  )
}

interface VersionDialogsProps {
  model: Model
  open: Open | undefined
  onClose: () => void
}

function VersionDialogs({ model, open, onClose }: VersionDialogsProps) {
  const queries = useQueryClient()
  const remove = async (version: number): Promise<void> => {
    await data(api.DELETE('/v1/models/{name}/versions/{version}', { params: { path: { name: model.name, version } } }))
    await queries.invalidateQueries({ queryKey: ['models'] })
  }
  return (
    <>
      {open?.what === 'promote' && (
        <Dialog title={`Point an alias at version ${open.version.version}`} open onClose={onClose}>
          <PromoteForm model={model} version={open.version.version} onDone={onClose} />
        </Dialog>
      )}
      <ConfirmDialog
        title={`Delete version ${open?.version.version ?? ''}`}
        confirm="Delete"
        danger
        open={open?.what === 'delete'}
        onClose={onClose}
        onConfirm={async () => {
          if (open !== undefined) await remove(open.version.version)
        }}
      >
        The checkpoint and its job stay. The number is not used again.
      </ConfirmDialog>
    </>
  )
}

const actionsColumn = (onOpen: (open: Open) => void): Column<ModelVersion> => ({
  id: 'actions',
  header: 'Actions',
  cell: (version) => (
    <span className="row">
      <Button
        size="small"
        aria-label={`Alias for version ${version.version}`}
        onClick={() => onOpen({ what: 'promote', version })}
      >
        Alias
      </Button>
      <Button
        size="small"
        aria-label={`Delete version ${version.version}`}
        onClick={() => onOpen({ what: 'delete', version })}
      >
        Delete
      </Button>
    </span>
  ),
})

const columnsOf = (name: string): readonly Column<ModelVersion>[] => [
  {
    id: 'version',
    header: 'Version',
    value: ({ version }) => version,
    cell: ({ version, description }) => (
      <span className="break">
        <Link to="/models/$name" params={{ name }} search={{ version }}>
          Version {version}
        </Link>{' '}
        <span className="faint small">{description}</span>
      </span>
    ),
  },
  {
    id: 'aliases',
    header: 'Aliases',
    cell: ({ aliases }) => (
      <span className="row">
        {aliases.map((alias) => (
          <Badge key={alias} tone={alias === 'champion' ? 'good' : 'neutral'}>
            {alias}
          </Badge>
        ))}
      </span>
    ),
  },
  ...METRICS.map(([key, header]): Column<ModelVersion> => ({
    id: key,
    header,
    align: 'number',
    value: ({ metrics }) => metrics[key] ?? null,
    cell: ({ metrics }) => figure(metrics[key]),
  })),
  {
    id: 'job',
    header: 'Job',
    cell: ({ job }) => (
      <Link to="/jobs/$id" params={{ id: job }}>
        Open
      </Link>
    ),
  },
  {
    id: 'registered',
    header: 'Registered',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt, registeredBy }) => (
      <span>
        <Time at={createdAt} /> <span className="faint small break">by {registeredBy.name}</span>
      </span>
    ),
  },
]
