import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { SweepInfo } from '../../../clients/typescript/src/types.ts'
import { api, data } from '../api.ts'
import { isObject } from '../shared/spec-form/value-paths.ts'
import { Card } from '../ui/card.tsx'

/** Where the policy of a search is, once it has found one. */
export function FoundPolicy({ sweep: { result, trials, state } }: { sweep: SweepInfo }) {
  const job = trials[0]?.job
  const policies = useQuery({
    queryKey: ['policies', 'of', job],
    queryFn: ({ signal }) => data(api.GET('/v1/policies', { params: { query: { limit: 200 } }, signal })),
    enabled: state === 'succeeded',
  })
  const found = policies.data?.data.find((policy) => policy.job === job)
  if (!isObject(result))
    return (
      <Card title="Policy">
        <p className="faint">There is no result yet: the policy is saved once the search has ended.</p>
      </Card>
    )
  return (
    <Card title="Policy">
      {result['policy'] === null ? (
        <p>The search ended before anything was tried: there is no policy.</p>
      ) : found === undefined ? (
        <p>
          What was found is saved for the team: see <Link to="/policies">its policies</Link>.
        </p>
      ) : (
        <p>
          What was found is saved for the team as{' '}
          <Link to="/policies/$name" params={{ name: found.name }}>
            {found.name}
          </Link>
          .
        </p>
      )}
    </Card>
  )
}
