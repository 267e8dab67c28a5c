import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { bytes, count } from '../format.ts'
import { Badge, StateBadge } from '../ui/badge.tsx'
import { DataTable, type Column, type Sorting } from '../ui/data-table.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { datasetsQuery, imagesOf, type DatasetSummary, type ListQuery } from './dataset-queries.ts'
import { DATASET_STATES, type DatasetsSearch } from './search.ts'
import { UploadCard } from './upload/upload-card.tsx'

const route = getRouteApi('/datasets')
const STATE_OPTIONS = [{ value: '', label: 'any state' }, ...DATASET_STATES.map((value) => ({ value, label: value }))]

export function DatasetsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const datasets = useInfiniteQuery(datasetsQuery(queryOf(search)))
  const [name, setName] = useState(search.name ?? '')
  const change = (changes: Partial<DatasetsSearch>): void =>
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true })
  const find = (text: string): void => {
    setName(text)
    change({ name: text.trim() === '' ? undefined : text.trim() })
  }
  const rows = datasets.data?.pages.flatMap((page) => page.data)
  const isFiltered = search.name !== undefined || search.state !== undefined
  return (
    <Page title="Data sets">
      <UploadCard />
      <div className="row">
        <TextField label="Name begins with" type="search" value={name} onChange={find} />
        <SelectField
          label="State"
          options={STATE_OPTIONS}
          value={search.state ?? ''}
          onChange={(value) => change({ state: DATASET_STATES.find((state) => state === value) })}
        />
      </div>
      {rows === undefined &&
        (datasets.isError ? (
          <ErrorState error={datasets.error} onRetry={() => void datasets.refetch()} />
        ) : (
          <Loading />
        ))}
      {rows?.length === 0 &&
        (isFiltered ? (
          <EmptyState title="No data set is like that.">Search for less, or for any state.</EmptyState>
        ) : (
          <EmptyState title="There are no data sets yet.">Drop a folder of images above to begin.</EmptyState>
        ))}
      {rows !== undefined && rows.length > 0 && (
        <DataTable
          caption="Data sets of the team"
          columns={COLUMNS}
          rows={rows}
          rowId={({ id }) => id}
          sorting={sortingOf(search.sort)}
          onSort={({ column, descending }) => change({ sort: sortOf(column, descending) })}
        />
      )}
      <LoadMore query={datasets} shown={rows?.length ?? 0} noun="data sets" />
    </Page>
  )
}

const queryOf = ({ name, state, sort }: DatasetsSearch): ListQuery => ({
  limit: 100,
  ...(name === undefined ? {} : { name: `${name}*` }),
  ...(state === undefined ? {} : { state }),
  ...(sort === undefined ? {} : { sort }),
})

const sortingOf = (sort: DatasetsSearch['sort'] = '-created'): Sorting => ({
  column: sort.replace('-', ''),
  descending: sort.startsWith('-'),
})
const sortOf = (column: string, descending: boolean): DatasetsSearch['sort'] =>
  column === 'name' ? (descending ? '-name' : 'name') : descending ? undefined : 'created'

const COLUMNS: readonly Column<DatasetSummary>[] = [
  {
    id: 'name',
    header: 'Name',
    value: ({ name }) => name,
    cell: ({ id, name, sharedBy }) => (
      <span className="break">
        <Link to="/datasets/$id" params={{ id }}>
          {name}
        </Link>{' '}
        {sharedBy !== null && <Badge tone="second">shared by {sharedBy.name}</Badge>}
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ state, fractionRead }) => (
      <span className="row">
        <StateBadge state={state} />
        {state === 'ingesting' && <span className="faint small">{Math.round(100 * fractionRead)} %</span>}
      </span>
    ),
  },
  { id: 'images', header: 'Images', align: 'number', cell: ({ images }) => numberOr(imagesOf(images)) },
  { id: 'classes', header: 'Classes', align: 'number', cell: ({ classCount }) => numberOr(classCount) },
  { id: 'size', header: 'Upload', align: 'number', cell: ({ sizeBytes }) => bytes(sizeBytes) },
  { id: 'version', header: 'Version', align: 'number', cell: ({ version }) => version },
  {
    id: 'created',
    header: 'Created',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
]

const numberOr = (value: number | null): string => (value === null ? '–' : count(value))
