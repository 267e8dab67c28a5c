import { useQuery } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { QuotaList } from '../shared/quota-list.tsx'
import { Card } from '../ui/card.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'

export function Quota() {
  const quota = useQuery({
    queryKey: ['team', 'quota'],
    queryFn: ({ signal }) => data(api.GET('/v1/team/quota', { signal })),
    refetchInterval: 30_000,
  })
  return (
    <Card title="Quota">
      {quota.data !== undefined ? (
        <QuotaList quota={quota.data} />
      ) : quota.isError ? (
        <ErrorState error={quota.error} onRetry={() => void quota.refetch()} />
      ) : (
        <Loading />
      )}
      <p className="faint small">
        Device hours count from the first of the month, UTC. Operators of the service set the limits.
      </p>
    </Card>
  )
}
