import { LogText } from '../../shared/log-text.tsx'
import type { Dataset } from '../dataset-queries.ts'

export function IngestLog({ dataset: { id, version, state } }: { dataset: Dataset }) {
  return <LogText path={`/v1/datasets/${id}@${version}/logs`} isOver={state === 'ready' || state === 'failed'} />
}
