import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { SweepSummary } from '../../../clients/typescript/src/types.ts'
import { api, data } from '../api.ts'
import { figure } from '../format.ts'
import { everyMs } from '../queries.ts'
import { StateBadge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Page } from '../ui/page.tsx'
import { Progress } from '../ui/progress.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { KIND_NAMES } from './kinds.ts'

const route = getRouteApi('/sweeps')
const EVERY_MS = 5000
const STATES = ['running', 'succeeded', 'failed', 'canceled'] as const

/** The sweeps of the team, the newest first, as they go on. One function: a list with its columns, and nothing else. */
export function SweepsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { state, name } = search
  const query = useInfiniteQuery({
    queryKey: ['sweeps', 'list', state, name],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after, signal }) => {
      const filter = { ...(state === undefined ? {} : { state }), ...(name === undefined ? {} : { name: `${name}*` }) }
      return data(api.GET('/v1/sweeps', { params: { query: { ...filter, limit: 50, after } }, signal }))
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: everyMs(EVERY_MS),
  })
  const rows = query.data?.pages.flatMap((page) => page.data) ?? []
  const isFiltered = state !== undefined || name !== undefined
  const change = (part: typeof search): void => void navigate({ search: { ...search, ...part }, replace: true })
  return (
    <Page
      title="Sweeps"
      actions={
        <ButtonLink to="/new-job" search={{ kind: 'random' }}>
          New sweep
        </ButtonLink>
      }
    >
      <div className="row">
        <TextField
          label="Name begins with"
          type="search"
          value={name ?? ''}
          onChange={(text) => change({ name: text === '' ? undefined : text })}
        />
        <SelectField
          label="State"
          value={state ?? ''}
          options={[{ value: '', label: 'All' }, ...STATES.map((each) => ({ value: each, label: each }))]}
          onChange={(text) => change({ state: STATES.find((each) => each === text) })}
        />
      </div>
      <Card>
        {query.isPending && <Loading what="Loading sweeps" />}
        {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {rows.length > 0 && (
          <DataTable
            caption="Sweeps"
            columns={COLUMNS}
            rows={rows}
            rowId={({ id }) => id}
            rowName={({ id, name: given }) => given || id}
          />
        )}
        {query.isSuccess && rows.length === 0 && (
          <EmptyState
            title={isFiltered ? 'No sweep is like that.' : 'No sweeps yet.'}
            {...(isFiltered
              ? {}
              : {
                  action: (
                    <ButtonLink to="/new-job" search={{ kind: 'random' }} kind="primary">
                      New sweep
                    </ButtonLink>
                  ),
                })}
          >
            {isFiltered
              ? 'Change the name or the state above.'
              : 'A sweep trains a spec with different values of its fields, and shows which ones are best.'}
          </EmptyState>
        )}
        <LoadMore query={query} shown={rows.length} noun="sweeps" />
      </Card>
    </Page>
  )
}

const COLUMNS: Column<SweepSummary>[] = [
  {
    id: 'name',
    header: 'Sweep',
    cell: ({ id, name }) => (
      <Link to="/sweeps/$id" params={{ id }} className="break">
        {name || id}
      </Link>
    ),
    value: ({ id, name }) => name || id,
  },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => KIND_NAMES[kind], value: ({ kind }) => kind },
  { id: 'state', header: 'State', cell: ({ state }) => <StateBadge state={state} />, value: ({ state }) => state },
  {
    id: 'ended',
    header: 'Trials ended',
    cell: ({ counts: { ended, trials } }) => (
      <div className="sweep-ended">
        <span>
          {ended} of {trials}
        </span>
        <Progress label="Trials that have ended" value={trials === 0 ? 1 : ended / trials} />
      </div>
    ),
    value: ({ counts }) => counts.ended / Math.max(1, counts.trials),
  },
  {
    id: 'best',
    header: 'Best so far',
    cell: ({ best, objective }) =>
      best === null ? (
        '–'
      ) : (
        <>
          {objective.metric} {figure(best.value)} of{' '}
          <Link to="/jobs/$id" params={{ id: best.job }}>
            trial {best.number}
          </Link>
        </>
      ),
    value: ({ best }) => best?.value ?? null,
  },
  {
    id: 'created',
    header: 'Submitted',
    cell: ({ createdAt }) => <Time at={createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
]
