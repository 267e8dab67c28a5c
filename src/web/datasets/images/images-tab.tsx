import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { LoadMore } from '../../ui/load-more.tsx'
import { EmptyState, ErrorState, Loading } from '../../ui/states.tsx'
import { itemsQuery, type Dataset, type DatasetItem, type ItemsQuery } from '../dataset-queries.ts'
import type { DatasetSearch } from '../search.ts'
import { AsideTable } from './aside-table.tsx'
import { ChangesBar } from './changes-bar.tsx'
import { Filters } from './filters.tsx'
import { useGathered } from './gathered.ts'
import { ImageDialog } from './image-dialog.tsx'
import { ImageGrid } from './image-grid.tsx'
import { edited, type ChangedImage, type Edit } from './pending-changes.ts'
import { SelectionBar } from './selection-bar.tsx'

const route = getRouteApi('/datasets/$id')
const NONE: ReadonlySet<number> = new Set()
/** Images before the end of what is loaded at which more are loaded. */
const NEAR_END = 5

/** The images of a version: to look through, and to choose what another version changes. */
export function ImagesTab({ dataset }: { dataset: Dataset }) {
  const { id, version, sharedBy } = dataset
  const search = route.useSearch()
  const { items, rows, known } = useItems(id, version, queryOf(search))
  const [chosen, setChosen] = useState(NONE)
  const [open, setOpen] = useState<number>()
  const [changes, setChanges] = useGathered(`${id}@${version}`)
  const edit = (numbers: Iterable<number>, change: Edit): void => {
    const images = [...numbers].flatMap((item) => imageOf(known.get(item)))
    setChanges(edited(changes, images, change))
  }
  const look = (at: number): void => {
    setOpen(at)
    if (at > rows.length - NEAR_END && items.hasNextPage && !items.isFetchingNextPage) void items.fetchNextPage()
  }
  const canEdit = sharedBy === null
  return (
    <div className="stack">
      <Filters dataset={dataset} />
      <ChangesBar dataset={dataset} changes={changes} onChange={setChanges} />
      {canEdit && search.show === undefined && rows.length > 0 && (
        <SelectionBar
          dataset={dataset}
          chosen={chosen}
          onAll={() => setChosen(new Set(known.keys()))}
          onNone={() => setChosen(NONE)}
          onEdit={(change) => {
            edit(chosen, change)
            setChosen(NONE)
          }}
        />
      )}
      {rows.length === 0 && <NoRows items={items} isAside={search.show === 'aside'} />}
      {search.show === 'aside' && rows.length > 0 && <AsideTable rows={rows} />}
      {search.show === undefined && rows.length > 0 && (
        <ImageGrid
          of={`${id}@${version}`}
          rows={rows}
          changes={changes}
          chosen={chosen}
          onChoose={canEdit ? setChosen : undefined}
          onOpen={setOpen}
        />
      )}
      <LoadMore query={items} shown={rows.length} noun={search.show === 'aside' ? 'files' : 'images'} />
      {open !== undefined && (
        <ImageDialog
          dataset={dataset}
          rows={rows}
          at={open}
          changes={changes}
          onMove={look}
          onEdit={canEdit ? (item, change) => edit([item], change) : undefined}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  )
}

/** Images that are loaded, in their order and by their numbers. */
function useItems(id: string, version: number, query: ItemsQuery) {
  const items = useInfiniteQuery(itemsQuery(id, version, query))
  const rows = items.data?.pages.flatMap((page) => page.data) ?? []
  const known = new Map(rows.flatMap((row) => (row.item === null ? [] : [[row.item, row] as const])))
  return { items, rows, known }
}

type Items = Pick<UseInfiniteQueryResult, 'isPending' | 'error' | 'hasNextPage' | 'refetch'>

function NoRows({ items, isAside }: { items: Items; isAside: boolean }) {
  if (items.isPending) return <Loading what="Loading the images" />
  if (items.error !== null) return <ErrorState error={items.error} onRetry={() => void items.refetch()} />
  if (items.hasNextPage) return <p className="faint">None among those that were looked through so far.</p>
  return <EmptyState title={isAside ? 'No file was set aside.' : 'No image is like that.'} />
}

const queryOf = (search: DatasetSearch): ItemsQuery => ({
  ...(search.split === undefined ? {} : { split: search.split }),
  ...(search.class === undefined ? {} : { class: search.class }),
  ...(search.found === undefined ? {} : search.found === 'any' ? { suspicious: true } : { finding: search.found }),
  ...(search.file === undefined ? {} : { file: search.file }),
  ...(search.show === 'aside' ? { status: 'quarantined' } : {}),
})

function imageOf(row: DatasetItem | undefined): ChangedImage[] {
  if (row === undefined) return []
  if (row.item === null || row.class === null || row.split === null) return []
  return [{ item: row.item, file: row.file, class: row.class, split: row.split }]
}
