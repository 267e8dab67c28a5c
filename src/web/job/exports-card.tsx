import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { bytes, count, percent } from '../format.ts'
import { DownloadButton } from '../shared/download-button.tsx'
import type { Job } from '../shared/jobs.ts'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { fileNameOf, preferred, type Checkpoint } from './model-tab.tsx'

const FORMATS = [
  { value: 'onnx', label: 'ONNX', ending: 'onnx' },
  { value: 'tfjs', label: 'TensorFlow.js', ending: 'zip' },
  { value: 'safetensors', label: 'safetensors, for PyTorch', ending: 'safetensors' },
] as const
const PRECISIONS = ['float32', 'float16', 'uint8'] as const
type Format = (typeof FORMATS)[number]
type Precision = (typeof PRECISIONS)[number]

export function ExportsCard({ job, checkpoints }: { job: Job; checkpoints: readonly Checkpoint[] }) {
  const [chosen, setChosen] = useState<string>()
  const [format, setFormat] = useState<Format>(FORMATS[0])
  const [precision, setPrecision] = useState<Precision>('float32')
  const checkpoint = checkpoints.find(({ id }) => id === chosen) ?? preferred(checkpoints)
  if (checkpoint === undefined) return null
  // PyTorch has no weights of a byte.
  const precisions = PRECISIONS.filter((each) => format.value !== 'safetensors' || each !== 'uint8')
  const used = precisions.includes(precision) ? precision : 'float32'
  const query = { format: format.value, precision: used }
  return (
    <Card title="Export">
      <div className="row">
        <SelectField
          label="Checkpoint"
          value={checkpoint.id}
          onChange={setChosen}
          options={checkpoints.map(({ id, kind, step }) => ({ value: id, label: `${kind}, step ${count(step)}` }))}
        />
        <SelectField
          label="Format"
          value={format.value}
          onChange={(value) => setFormat(FORMATS.find((each) => each.value === value) ?? FORMATS[0])}
          options={FORMATS}
        />
        <SelectField
          label="Precision of the weights"
          value={used}
          onChange={(value) => setPrecision(PRECISIONS.find((each) => each === value) ?? 'float32')}
          options={precisions.map((value) => ({ value, label: value }))}
        />
      </div>
      <div className="row">
        <DownloadButton
          path={`/v1/checkpoints/${checkpoint.id}/exports?format=${format.value}&precision=${used}`}
          fileName={`${fileNameOf(job)}-${used}.${format.ending}`}
          text="Download the export"
          accept="application/octet-stream, application/zip"
        />
        <span className="faint small">Made at the first download, which takes a moment.</span>
      </div>
      <ExportCost key={`${checkpoint.id} ${format.value} ${used}`} id={checkpoint.id} query={query} />
    </Card>
  )
}

/** What the precision costs is measured, which takes a while: only on request. */
function ExportCost({ id, query }: { id: string; query: { format: Format['value']; precision: Precision } }) {
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
