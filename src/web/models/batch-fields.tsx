import { useQuery } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { bytes, counted } from '../format.ts'
import { DropZone } from '../shared/drop-zone.tsx'
import { droppedFiles } from '../shared/upload/dropped-files.ts'
import { sourcesOf, type Source } from '../shared/upload/source.ts'
import { SelectField, TextField } from '../ui/field.tsx'
import { Progress } from '../ui/progress.tsx'
import { refOf } from './model-queries.ts'

interface ChoiceProps {
  value: string
  onChange: (value: string) => void
}

export function ModelField({ value, onChange }: ChoiceProps) {
  const models = useQuery({
    queryKey: ['models', 'to-predict'],
    queryFn: ({ signal }) => data(api.GET('/v1/models', { params: { query: { limit: 200 } }, signal })),
  })
  const refs = models.data?.data.flatMap((model) => [
    refOf(model),
    ...Object.keys(model.aliases).map((alias) => `${refOf(model)}@${alias}`),
  ])
  return (
    <>
      <TextField
        label="Model or checkpoint"
        required
        list="batch-models"
        placeholder="flowers@champion"
        description="NAME, NAME:VERSION or NAME@ALIAS of a model; or the id of a checkpoint (ckpt_…)."
        value={value}
        onChange={onChange}
      />
      <datalist id="batch-models">
        {refs?.map((ref) => (
          <option key={ref} value={ref} />
        ))}
      </datalist>
    </>
  )
}

export function DatasetField({ value, onChange }: ChoiceProps) {
  const datasets = useQuery({
    queryKey: ['datasets', 'to-predict'],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/datasets', { params: { query: { state: 'ready', limit: 200 } }, signal })),
  })
  const known = datasets.data?.data ?? []
  const options = known.map(({ id, name, version }) => ({ value: id, label: `${name} (version ${version})` }))
  const other = value === '' || known.some(({ id }) => id === value) ? [] : [{ value, label: value }]
  return (
    <SelectField
      label="Data set"
      required
      options={[{ value: '', label: 'choose one' }, ...other, ...options]}
      value={value}
      onChange={onChange}
    />
  )
}

const CHOICES = [
  { label: 'Choose an archive', accept: '.zip,.tar,.tgz,.gz,.bz2,.xz,.zst', kind: 'primary' },
  { label: 'Choose a folder', folder: true },
  { label: 'Choose images', accept: 'image/*' },
] as const

interface FilesFieldProps {
  source: Source | undefined
  onChange: (source: Source | undefined) => void
  /** Bytes so far; undefined while nothing is sent. */
  sentBytes: number | undefined
}

/** Images on this computer, which are predicted and become no data set. */
export function FilesField({ source, onChange, sentBytes }: FilesFieldProps) {
  return (
    <div className="stack tight">
      <DropZone choices={CHOICES} read={droppedFiles} onFiles={(files) => onChange(sourcesOf(files)[0])}>
        <p>Drop an archive, a folder or images here; their folders do not matter.</p>
      </DropZone>
      {source !== undefined && (
        <p className="break">
          {source.name}: {counted(source.files, 'file')}, {bytes(source.sizeBytes)}
        </p>
      )}
      {source !== undefined && sentBytes !== undefined && (
        <Progress label="Upload" value={source.sizeBytes === 0 ? null : Math.min(1, sentBytes / source.sizeBytes)} />
      )}
    </div>
  )
}
