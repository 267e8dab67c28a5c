import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data } from '../../api.ts'
import { count } from '../../format.ts'
import { StateBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { ErrorState, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { imagesOf, versionsQuery, type Dataset, type DatasetVersion } from '../dataset-queries.ts'
import { AppendImages } from './append-images.tsx'
import { Differences } from './differences.tsx'

const route = getRouteApi('/datasets/$id')

export function VersionsTab({ dataset }: { dataset: Dataset }) {
  const { id, sharedBy } = dataset
  const search = route.useSearch()
  const versions = useInfiniteQuery(versionsQuery(id))
  const queries = useQueryClient()
  const [doomed, setDoomed] = useState<DatasetVersion>()
  if (versions.data === undefined)
    return versions.isError ? (
      <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />
    ) : (
      <Loading />
    )
  const rows = versions.data.pages.flatMap((page) => page.data)
  const remove = async ({ version }: DatasetVersion): Promise<void> => {
    await data(api.DELETE('/v1/datasets/{id}', { params: { path: { id: `${id}@${version}` } } }))
    await queries.invalidateQueries({ queryKey: ['datasets', id] })
  }
  const canEdit = sharedBy === null
  return (
    <div className="stack">
      <DataTable
        caption="Versions of the data set"
        columns={canEdit && rows.length > 1 ? [...COLUMNS, deleteColumn(setDoomed)] : COLUMNS}
        rows={rows}
        rowId={({ version }) => String(version)}
      />
      <LoadMore query={versions} shown={rows.length} noun="versions" />
      {search.with !== undefined && search.version !== undefined && (
        <Differences id={id} base={search.with} version={search.version} />
      )}
      {canEdit && rows.some(({ state }) => state === 'ready') && (
        <Card title="Append images">
          <AppendImages dataset={dataset} />
        </Card>
      )}
      <ConfirmDialog
        title={`Delete version ${doomed?.version}`}
        confirm="Delete"
        danger
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={async () => {
          if (doomed !== undefined) await remove(doomed)
        }}
      >
        It goes to the trash, and the other versions stay. Jobs that used it keep their reports, but cannot run again.
      </ConfirmDialog>
    </div>
  )
}

const deleteColumn = (onDelete: (version: DatasetVersion) => void): Column<DatasetVersion> => ({
  id: 'delete',
  header: 'Delete',
  cell: (version) => (
    <Button size="small" aria-label={`Delete version ${version.version}`} onClick={() => onDelete(version)}>
      Delete
    </Button>
  ),
})

const COLUMNS: readonly Column<DatasetVersion>[] = [
  {
    id: 'version',
    header: 'Version',
    value: ({ version }) => version,
    cell: ({ dataset, version }) => (
      <Link to="/datasets/$id" params={{ id: dataset }} search={{ version, tab: 'overview' }}>
        Version {version}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ state, reason }) => (
      <span className="break">
        <StateBadge state={state} /> {reason !== null && <span className="small">{reason.detail}</span>}
      </span>
    ),
  },
  {
    id: 'changed',
    header: 'What changed',
    cell: ({ parent, changed }) =>
      parent === null ? 'as uploaded' : `of version ${parent}: ${changed === null ? '…' : changesText(changed)}`,
  },
  {
    id: 'differences',
    header: 'Differences',
    cell: ({ dataset, version, parent, state }) =>
      parent !== null &&
      state === 'ready' && (
        <Link to="/datasets/$id" params={{ id: dataset }} search={{ tab: 'versions', version, with: parent }}>
          {parent} → {version}
        </Link>
      ),
  },
  {
    id: 'images',
    header: 'Images',
    align: 'number',
    value: ({ images }) => imagesOf(images),
    cell: ({ images }) => (images === null ? '–' : count(imagesOf(images) ?? 0)),
  },
  {
    id: 'classes',
    header: 'Classes',
    align: 'number',
    cell: ({ classCount }) => (classCount === null ? '–' : count(classCount)),
  },
  {
    id: 'created',
    header: 'Created',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
]

function changesText(changed: NonNullable<DatasetVersion['changed']>): string {
  const words = Object.entries(changed).flatMap(([what, n]) => (n === 0 ? [] : [`${count(n)} ${what}`]))
  return words.length === 0 ? 'nothing' : words.join(', ')
}
