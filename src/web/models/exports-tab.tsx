import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data, isAway } from '../api.ts'
import { bytes, count, percent } from '../format.ts'
import { DownloadButton } from '../shared/download-button.tsx'
import { useExportChoice } from '../shared/export-choice.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { refOf, versionQuery, type Model } from './model-queries.ts'

type ExportReport = components['schemas']['GetExportReportResponse']

const MAX_ATTEMPTS = 60
const RETRY_MS = 1500

export function ExportsTab({ model, version }: { model: Model; version: number }) {
  const found = useQuery(versionQuery(refOf(model), version))
  if (found.data !== undefined)
    return <Exports key={version} checkpoint={found.data.checkpoint} name={`${model.name}-${version}`} />
  return found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : <Loading />
}

/** A checkpoint as a file that other programs run. */
function Exports({ checkpoint, name }: { checkpoint: string; name: string }) {
  const { query, fields } = useExportChoice()
  const report = useQuery({
    queryKey: ['checkpoints', checkpoint, 'export', query],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/checkpoints/{id}/exports/report', { params: { path: { id: checkpoint }, query }, signal })),
    retry: (failures, error) => isAway(error) && failures < MAX_ATTEMPTS,
    retryDelay: RETRY_MS,
    staleTime: Infinity,
  })
  return (
    <div className="stack">
      <Card title="Export">
        <div className="row">{fields}</div>
        {report.isPending && (
          <Loading what={report.failureCount > 0 ? 'The predictor is starting' : 'Making and measuring the export'} />
        )}
        {report.isError && <ErrorState error={report.error} onRetry={() => void report.refetch()} />}
        {report.data !== undefined && (
          <Report report={report.data}>
            <DownloadButton
              path={`/v1/checkpoints/${checkpoint}/exports?format=${query.format}&precision=${query.precision}`}
              fileName={`${name}-${report.data.fileName}`}
              text={`Download ${report.data.fileName}`}
            />
          </Report>
        )}
      </Card>
      <Card title="Checkpoint">
        <p>The weights as Anneal keeps them: a safetensors file, from which training can go on.</p>
        <div className="row">
          <DownloadButton
            path={`/v1/checkpoints/${checkpoint}/content`}
            fileName={`${name}.safetensors`}
            text="Download the checkpoint"
          />
        </div>
      </Card>
    </div>
  )
}

/** What an export holds, and what its precision costs. */
function Report({ report, children }: { report: ExportReport; children: ReactNode }) {
  const { fileName, sizeBytes, accuracy, files } = report
  return (
    <>
      <Facts
        facts={[
          ['File', fileName],
          ['Size', bytes(sizeBytes)],
          ...(accuracy === null
            ? []
            : [
                [
                  `Accuracy on ${count(accuracy.images)} ${accuracy.split} images`,
                  `${percent(accuracy.exported, 2)} (${percent(accuracy.original, 2)} before)`,
                ] as const,
              ]),
        ]}
      />
      {files.length > 1 && (
        <details>
          <summary>What is in it</summary>
          <ul>
            {files.map((file) => (
              <li key={file.name} className="break">
                {file.name}, {bytes(file.sizeBytes)}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="row">{children}</div>
    </>
  )
}
