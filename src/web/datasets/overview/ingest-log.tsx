import { api } from '../../api.ts'
import { LogText, linesOf } from '../../shared/log-text.tsx'
import type { Dataset } from '../dataset-queries.ts'

const TAIL = 500

export function IngestLog({ dataset: { id, version, state } }: { dataset: Dataset }) {
  const ref = `${id}@${version}`
  return (
    <LogText
      queryKey={['datasets', id, version]}
      read={(signal) =>
        linesOf(api.GET('/v1/datasets/{id}/logs', { params: { path: { id: ref }, query: { tail: TAIL } }, signal }))
      }
      isOver={state === 'ready' || state === 'failed'}
      download={`/v1/datasets/${ref}/logs`}
    />
  )
}
