import { useInfiniteQuery, type InfiniteData, type QueryKey, type UseInfiniteQueryResult } from '@tanstack/react-query'

export interface PageOf<Row> {
  data: Row[]
  nextCursor: string | null
}

export interface Pages<Row> {
  query: UseInfiniteQueryResult<InfiniteData<PageOf<Row>>>
  rows: readonly Row[]
}

/** A cursor as a list takes it. */
export type Cursor = { after?: string }

/** A list of the service, page by page. @param refetchMs how often it is read again; never by default */
export function usePages<Row>(
  queryKey: QueryKey,
  read: (cursor: Cursor, signal: AbortSignal) => Promise<PageOf<Row>>,
  { enabled = true, refetchMs }: { enabled?: boolean; refetchMs?: number } = {},
): Pages<Row> {
  const query = useInfiniteQuery({
    queryKey,
    enabled,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => read(pageParam === '' ? {} : { after: pageParam }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
  })
  return { query, rows: query.data?.pages.flatMap(({ data }) => data) ?? [] }
}
