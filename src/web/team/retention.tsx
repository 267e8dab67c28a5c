import { useQuery } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { Card } from '../ui/card.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { RetentionForm } from './retention-form.tsx'

/** What the team deletes by rule. */
export function Retention() {
  const rules = useQuery({
    queryKey: ['team', 'retention'],
    queryFn: ({ signal }) => data(api.GET('/v1/team/retention', { signal })),
    refetchOnWindowFocus: false,
  })
  return (
    <Card title="Rules of retention">
      <p className="faint">
        What they delete goes into the trash, within an hour. Jobs with one of the tags below are kept, and so are
        checkpoints of versions of models.
      </p>
      {rules.data !== undefined ? (
        <RetentionForm key={JSON.stringify(rules.data)} rules={rules.data} />
      ) : rules.isError ? (
        <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />
      ) : (
        <Loading />
      )}
    </Card>
  )
}
