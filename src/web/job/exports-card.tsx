import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { bytes, count, percent } from '../format.ts'
import { DownloadButton } from '../shared/download-button.tsx'
import { useExportChoice, type ExportChoice } from '../shared/export-choice.tsx'
import type { Job } from '../shared/jobs.ts'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { fileNameOf, preferred, type Checkpoint } from './model-tab.tsx'

export function ExportsCard({ job, checkpoints }: { job: Job; checkpoints: readonly Checkpoint[] }) {
  const [chosen, setChosen] = useState<string>()
  const { query, ending, fields } = useExportChoice()
  const checkpoint = checkpoints.find(({ id }) => id === chosen) ?? preferred(checkpoints)
  if (checkpoint === undefined) return null
  return (
    <Card title="Export">
      <div className="row">
        <SelectField
          label="Checkpoint"
          value={checkpoint.id}
          onChange={setChosen}
          options={checkpoints.map(({ id, kind, step }) => ({ value: id, label: `${kind}, step ${count(step)}` }))}
        />
        {fields}
      </div>
      <div className="row">
        <DownloadButton
          path={`/v1/checkpoints/${checkpoint.id}/exports?format=${query.format}&precision=${query.precision}`}
          fileName={`${fileNameOf(job)}-${query.precision}.${ending}`}
          text="Download the export"
          accept="application/octet-stream, application/zip"
        />
        <span className="faint small">Made at the first download, which takes a moment.</span>
      </div>
      <ExportCost key={`${checkpoint.id} ${query.format} ${query.precision}`} id={checkpoint.id} query={query} />
    </Card>
  )
}

/** What the precision costs is measured, which takes a while: only on request. */
function ExportCost({ id, query }: { id: string; query: ExportChoice['query'] }) {
  const [isAsked, setAsked] = useState(false)
  const report = useQuery({
    queryKey: ['exports', id, query],
    enabled: isAsked,
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      data(api.GET('/v1/checkpoints/{id}/exports/report', { params: { path: { id }, query }, signal })),
  })
  if (!isAsked)
    return (
      <div className="row">
        <Button size="small" onClick={() => setAsked(true)}>
          Measure what this precision costs
        </Button>
      </div>
    )
  if (report.isError) return <ErrorState error={report.error} onRetry={() => void report.refetch()} />
  if (report.data === undefined) return <Loading what="Measuring the accuracy of the export" />
  const { sizeBytes, accuracy } = report.data
  return (
    <Facts
      facts={[
        ['Size', bytes(sizeBytes)],
        ...(accuracy === null
          ? []
          : ([
              ['Accuracy of the checkpoint', percent(accuracy.original, 2)],
              ['Accuracy of the export', percent(accuracy.exported, 2)],
              ['Measured on', `${count(accuracy.images)} images (${accuracy.split})`],
            ] as const)),
      ]}
    />
  )
}
