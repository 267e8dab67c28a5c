import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from './button.tsx'
import { ErrorState } from './states.tsx'

type Paged = Pick<
  UseInfiniteQueryResult<InfiniteData<unknown>>,
  'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'isFetchNextPageError' | 'error'
>

/** Below a list that has more than what is shown. */
export function LoadMore({ query, shown, noun }: { query: Paged; shown: number; noun: string }) {
  if (!query.hasNextPage) return null
  const more = (): void => void query.fetchNextPage()
  if (query.isFetchNextPageError) return <ErrorState error={query.error} onRetry={more} />
  return (
    <div className="row">
      <Button busy={query.isFetchingNextPage} onClick={more}>
        Show more
      </Button>
      <span className="faint">
        {shown} {noun} shown
      </span>
    </div>
  )
}
