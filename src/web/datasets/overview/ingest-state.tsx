import { Link } from '@tanstack/react-router'
import { bytes, count, percent } from '../../format.ts'
import { Card, Facts } from '../../ui/card.tsx'
import { Progress } from '../../ui/progress.tsx'
import type { Dataset } from '../dataset-queries.ts'
import { IngestLog } from './ingest-log.tsx'

/** How far a worker is with a data set. */
export function BeingRead({ dataset }: { dataset: Dataset }) {
  const { state, filesRead, fractionRead, sizeBytes } = dataset
  const isWaiting = state === 'ingesting' && fractionRead === 0
  const what = state === 'importing' ? 'Fetching the files' : 'Reading the images'
  return (
    <Card title={what}>
      <Progress label={what} value={state === 'importing' || isWaiting ? null : fractionRead} />
      <Facts
        facts={
          state === 'importing'
            ? [['Received', bytes(sizeBytes)]]
            : [
                ['Read', percent(fractionRead, 0)],
                ['Files', count(filesRead)],
                ['Size of the upload', bytes(sizeBytes)],
              ]
        }
      />
      <p className="faint">
        {isWaiting
          ? 'A worker begins as soon as one is free. You can leave this page.'
          : 'Each image is checked, decoded and hashed. You can leave this page.'}
      </p>
      <IngestLog dataset={dataset} />
    </Card>
  )
}

export function ReadFailed({ dataset }: { dataset: Dataset }) {
  const { id, version, reason } = dataset
  return (
    <Card title="The data set cannot be used">
      <div className="error-state" role="alert">
        <p>{reason?.detail ?? 'No reason is known.'}</p>
        {reason !== null && <p className="small faint">{reason.code}</p>}
      </div>
      <p>
        {reason?.fault === 'infra' || reason?.fault === 'capacity'
          ? 'The data are not at fault. Upload them again, or ask whoever runs the service.'
          : 'Change the files as the message says, and upload them again.'}
      </p>
      <div className="row">
        <Link to="/datasets">Upload again</Link>
        {version > 1 && (
          <Link to="/datasets/$id" params={{ id }} search={{ tab: 'versions' }}>
            Versions before this one
          </Link>
        )}
      </div>
      <IngestLog dataset={dataset} />
    </Card>
  )
}
