import { QueryCache, QueryClient, MutationCache } from '@tanstack/react-query'
import { AnnealError, isAway } from './api.ts'
import { sessionQuery } from './session.ts'

const MAX_RETRIES = 2
/** Of the pages of operators, who sign in by themselves. */
export const OPERATOR_SESSION = ['admin', 'session'] as const

/** The cache of everything that was read; a session that has ended brings the sign-in back. */
export function createQueries(): QueryClient {
  const onError = (error: unknown): void => {
    if (!(error instanceof AnnealError) || error.status !== 401) return
    void client.invalidateQueries(sessionQuery)
    void client.invalidateQueries({ queryKey: OPERATOR_SESSION })
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5000,
        retry: (failures, error) => isAway(error) && failures < MAX_RETRIES,
        refetchOnWindowFocus: true,
      },
    },
  })
  return client
}

/** What changes by itself is read again every few milliseconds while the tab is visible, and more slowly while the service is away. */
export const everyMs =
  (ms: number, isOver: (data: unknown) => boolean = () => false) =>
  ({ state }: { state: { data: unknown; fetchFailureCount: number } }): number | false =>
    state.data !== undefined && isOver(state.data) ? false : Math.min(30_000, ms * 2 ** state.fetchFailureCount)
