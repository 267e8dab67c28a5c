import { useInfiniteQuery } from '@tanstack/react-query'
import type { components } from '../../../../clients/typescript/src/schema.ts'
import { api, data } from '../../api.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Picture } from '../../ui/picture.tsx'
import { ErrorState, Loading } from '../../ui/states.tsx'
import { pageAfter } from '../dataset-queries.ts'
import { SPLIT_NAMES } from '../splits.ts'
import './differences.css'

type Difference = components['schemas']['DatasetDifference']

const first: string | undefined = undefined
const TONES = { appended: 'good', changed: 'warn', removed: 'bad' } as const

/** The images in which a version differs from another one. */
export function Differences({ id, base, version }: { id: string; base: number; version: number }) {
  const found = useInfiniteQuery({
    queryKey: ['datasets', id, 'comparison', base, version],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/datasets/{id}/comparison', {
          params: { path: { id: `${id}@${version}` }, query: { ...pageAfter({ base, limit: 60 }, pageParam) } },
          signal,
        }),
      ),
    initialPageParam: first,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Infinity,
  })
  const rows = found.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <Card title={`From version ${base} to version ${version}`}>
      {found.isPending && <Loading what="Comparing the versions" />}
      {found.isError && rows.length === 0 && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && rows.length === 0 && <p>All images have the same class and split in both.</p>}
      <ul className="plain differences" aria-label="Images that differ">
        {rows.map((row) => (
          <li key={`${row.change} ${row.file}`} className="difference">
            <Picture
              src={`/v1/datasets/${id}@${row.after === null ? base : version}/items/${(row.after ?? row.before)?.item}/image?size=128`}
              alt=""
            />
            <span className="stack tight">
              <span>
                <Badge tone={TONES[row.change]}>{row.change}</Badge> {wordsOf(row)}
              </span>
              <span className="mono small break">{row.file}</span>
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={found} shown={rows.length} noun="images" />
    </Card>
  )
}

function wordsOf({ before, after }: Difference): string {
  const [was, is] = [before ?? after, after ?? before]
  if (was === null || is === null) return ''
  const label = was.class === is.class ? is.class : `${was.class} → ${is.class}`
  const split = was.split === is.split ? SPLIT_NAMES[is.split] : `${SPLIT_NAMES[was.split]} → ${SPLIT_NAMES[is.split]}`
  return `${label}, ${split.toLowerCase()}`
}
