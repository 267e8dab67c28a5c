import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { bytes, count, figure } from '../format.ts'
import { Card, Facts } from '../ui/card.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { versionQuery } from './model-queries.ts'

/** What a version was made of, as it was when it was registered. */
export function LineageCard({ name, version }: { name: string; version: number }) {
  const found = useQuery(versionQuery(name, version))
  if (found.data === undefined)
    return found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : <Loading />
  const { lineage, metrics, sizeBytes, createdAt, checkpoint } = found.data
  const { job, dataset, code } = lineage
  return (
    <Card title={`What version ${version} was made of`}>
      <Facts
        facts={[
          [
            'Job',
            <Link key="job" to="/jobs/$id" params={{ id: job.id }} className="break">
              {job.name}
            </Link>,
          ],
          [
            'Checkpoint',
            <span key="checkpoint" className="break">
              {lineage.checkpoint.kind} at step {count(lineage.checkpoint.step)}, {bytes(sizeBytes)}{' '}
              <code>{checkpoint}</code>
            </span>,
          ],
          [
            'Data set',
            <Link
              key="dataset"
              to="/datasets/$id"
              params={{ id: dataset.id }}
              search={{ version: dataset.version }}
              className="break"
            >
              {dataset.name ?? 'deleted'}, version {dataset.version}
            </Link>,
          ],
          ['Classes', count(dataset.classes)],
          ['Trained by', `Anneal ${code.version ?? 'of an unknown version'}`],
          ['On', code.device ?? 'an unknown device'],
          ['Registered', <Time key="registered" at={createdAt} />],
        ]}
      />
      <details>
        <summary>All metrics</summary>
        <Facts facts={Object.entries(metrics).map(([key, value]) => [key, figure(value)] as const)} />
      </details>
      <details>
        <summary>Spec</summary>
        <CodeBlock label="Spec" code={JSON.stringify(lineage.spec, null, 2)} />
      </details>
    </Card>
  )
}
