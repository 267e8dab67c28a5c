import type { ReactNode } from 'react'
import { LoadMore } from '../ui/load-more.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import type { Pages } from './use-pages.ts'

interface ListedProps<Row> {
  pages: Pages<Row>
  /** In the plural, below the list. */
  noun: string
  /** What is shown where there is nothing. */
  empty: ReactNode
  children: (rows: readonly Row[]) => ReactNode
}

/** A list while it is read, when it cannot be, without anything in it, and with. */
export function Listed<Row>({ pages: { query, rows }, noun, empty, children }: ListedProps<Row>) {
  if (query.isPending) return <Loading />
  if (query.isError && rows.length === 0) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (rows.length === 0) return empty
  return (
    <>
      {children(rows)}
      <LoadMore query={query} shown={rows.length} noun={noun} />
    </>
  )
}
