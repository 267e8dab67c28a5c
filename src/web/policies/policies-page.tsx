import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { everyMs } from '../queries.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { lossText } from './sub-policies.ts'

type PolicySummary = components['schemas']['PolicySummary']

const EVERY_MS = 10_000

/** Augmentation policies that the team has saved, or that its searches have found. */
export function PoliciesPage() {
  const query = useInfiniteQuery({
    queryKey: ['policies', 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after, signal }) =>
      data(api.GET('/v1/policies', { params: { query: { limit: 50, after } }, signal })),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: everyMs(EVERY_MS),
  })
  const rows = query.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <Page
      title="Policies"
      above={<Link to="/augmentation">Augmentation</Link>}
      actions={
        <ButtonLink to="/new-job" search={{ kind: 'policy-search' }}>
          Search for a policy
        </ButtonLink>
      }
    >
      <Card>
        {query.isPending && <Loading what="Loading policies" />}
        {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {rows.length > 0 && (
          <DataTable caption="Saved policies" columns={COLUMNS} rows={rows} rowId={({ name }) => name} />
        )}
        {query.isSuccess && rows.length === 0 && (
          <EmptyState
            title="No policies yet."
            action={
              <ButtonLink to="/new-job" search={{ kind: 'policy-search' }} kind="primary">
                Search for a policy
              </ButtonLink>
            }
          >
            A search finds the augmentations that suit a data set. To save a policy that you have:{' '}
            <code>anneal policy save NAME policy.json</code>
          </EmptyState>
        )}
        <LoadMore query={query} shown={rows.length} noun="policies" />
      </Card>
    </Page>
  )
}

const COLUMNS: Column<PolicySummary>[] = [
  {
    id: 'name',
    header: 'Policy',
    cell: ({ name }) => (
      <Link to="/policies/$name" params={{ name }} className="break">
        {name}
      </Link>
    ),
    value: ({ name }) => name,
  },
  {
    id: 'search',
    header: 'Search',
    cell: ({ search }) => search?.method ?? <span className="faint">saved by hand</span>,
    value: ({ search }) => search?.method ?? null,
  },
  {
    id: 'baseline',
    header: 'Loss without',
    cell: ({ search }) => lossText(search?.baseline),
    value: ({ search }) => search?.baseline ?? null,
    align: 'number',
  },
  {
    id: 'found',
    header: 'Loss with',
    cell: ({ search }) => lossText(search?.found),
    value: ({ search }) => search?.found ?? null,
    align: 'number',
  },
  {
    id: 'job',
    header: 'Job',
    cell: ({ job }) =>
      job === null ? (
        '–'
      ) : (
        <Link to="/jobs/$id" params={{ id: job }}>
          {job}
        </Link>
      ),
  },
  {
    id: 'created',
    header: 'Saved',
    cell: ({ createdAt }) => <Time at={createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
]
