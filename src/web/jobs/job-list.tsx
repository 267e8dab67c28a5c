import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api, data } from '../api.ts'
import { counted, percent } from '../format.ts'
import { everyMs } from '../queries.ts'
import { jobName, type JobSummary } from '../shared/jobs.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column, type Sorting } from '../ui/data-table.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { columnsOf, METRICS } from './columns.tsx'
import { bestAccuracy, grouped } from './groups.ts'
import { FILTERS, jobsQuery, type JobsSearch } from './search.ts'
import { isSpecField } from './spec-columns.ts'

/** Each page that is loaded is read again: the more there are, the more rarely. */
const EVERY_MS = 3000

interface JobListProps {
  search: JobsSearch
  columns: readonly string[]
  onSort: (sort: string | undefined) => void
}

export function JobList({ search, columns: chosen, onSort }: JobListProps) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const list = useJobs(search, chosen.some(isSpecField) || isSpecField(search.group ?? ''))
  const jobs = useMemo(() => list.data?.pages.flatMap(({ data: page }) => page) ?? [], [list.data])
  const columnKey = chosen.join(',')
  const columns = useMemo(() => columnsOf(columnKey.split(',')), [columnKey])
  const sorting = sortingOf(search.sort)
  const table = {
    columns,
    sorting,
    onSort: ({ column, descending }: Sorting) => onSort(descending ? `-${column}` : column),
    selection: { ids, onChange: setIds },
  }
  if (list.data === undefined)
    return list.isError ? (
      <ErrorState error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <Loading what="Loading the jobs" />
    )
  if (jobs.length === 0) return <NoJobs search={search} />
  const selected = jobs.filter(({ id }) => ids.has(id))
  return (
    <>
      {list.isError && !list.isFetchNextPageError && (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      )}
      {selected.length > 0 && <BulkBar jobs={selected} onClear={() => setIds(new Set())} />}
      {METRICS.some((metric) => metric === sorting.column) && (
        <p className="faint small">Jobs without this metric, such as running ones, are not listed in this order.</p>
      )}
      {search.group === undefined ? (
        <Card>
          <JobTable caption="Jobs" jobs={jobs} table={table} />
        </Card>
      ) : (
        grouped(jobs, search.group).map(({ name, jobs: members }) => (
          <Card key={name} title={name} actions={<GroupFacts jobs={members} />}>
            <JobTable caption={`Jobs of ${name}`} jobs={members} table={table} />
          </Card>
        ))
      )}
      <LoadMore query={list} shown={jobs.length} noun="jobs" />
    </>
  )
}

interface Shared {
  columns: readonly Column<JobSummary>[]
  sorting: Sorting
  onSort: (sorting: Sorting) => void
  selection: { ids: ReadonlySet<string>; onChange: (ids: ReadonlySet<string>) => void }
}

/** A table keeps what is chosen in others. */
function JobTable({ caption, jobs, table }: { caption: string; jobs: readonly JobSummary[]; table: Shared }) {
  const { selection, ...rest } = table
  const own = new Set(jobs.map(({ id }) => id))
  const change = (ids: ReadonlySet<string>): void => {
    const others = [...selection.ids].filter((id) => !own.has(id))
    selection.onChange(new Set([...others, ...[...ids].filter((id) => own.has(id))]))
  }
  return (
    <DataTable
      {...rest}
      caption={caption}
      rows={jobs}
      rowId={({ id }) => id}
      rowName={jobName}
      selection={{ ids: selection.ids, onChange: change }}
    />
  )
}

function GroupFacts({ jobs }: { jobs: readonly JobSummary[] }) {
  const best = bestAccuracy(jobs)
  return (
    <span className="faint small">
      {counted(jobs.length, 'job')}
      {best !== null && `, best test accuracy ${percent(best)}`}
    </span>
  )
}

function NoJobs({ search }: { search: JobsSearch }) {
  if (FILTERS.some((key) => search[key] !== undefined))
    return <EmptyState title="No job matches.">Remove a filter, or look for something else.</EmptyState>
  return (
    <EmptyState
      title="There are no jobs yet."
      action={
        <div className="row">
          <ButtonLink to="/datasets">Upload a data set</ButtonLink>
          <ButtonLink kind="primary" to="/new-job">
            Train a model
          </ButtonLink>
        </div>
      }
    >
      Upload images sorted into folders by class, then train a model on them.
    </EmptyState>
  )
}

const useJobs = (search: JobsSearch, withSpecs: boolean) => {
  const query = jobsQuery(search, withSpecs)
  return useInfiniteQuery({
    queryKey: ['jobs', 'list', query],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/jobs', { params: { query: pageParam === '' ? query : { ...query, after: pageParam } }, signal }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => everyMs(EVERY_MS * (state.data?.pages.length ?? 1))({ state }),
  })
}

function sortingOf(sort = '-created'): Sorting {
  const descending = sort.startsWith('-')
  return { column: descending ? sort.slice(1) : sort, descending }
}
