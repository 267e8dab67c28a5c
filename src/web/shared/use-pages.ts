import { useInfiniteQuery, type InfiniteData, type QueryKey, type UseInfiniteQueryResult } from '@tanstack/react-query'

export interface PageOf<Row> {
  data: Row[]
  nextCursor: string | null
}

export interface Pages<Row, Page extends PageOf<Row> = PageOf<Row>> {
  query: UseInfiniteQueryResult<InfiniteData<Page>>
  rows: readonly Row[]
}

/** A cursor as a list takes it. */
export interface Cursor {
  after?: string
}

/** A list of the service, page by page. @param refetchMs how often it is read again; never by default */
export function usePages<Row, Page extends PageOf<Row> = PageOf<Row>>(
  queryKey: QueryKey,
  read: (cursor: Cursor, signal: AbortSignal) => Promise<Page>,
  { enabled = true, refetchMs }: { enabled?: boolean; refetchMs?: number } = {},
): Pages<Row, Page> {
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
