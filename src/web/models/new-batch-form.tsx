import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, SelectField, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import type { Batch } from './model-queries.ts'
import { refOf } from './model-queries.ts'
import type { PredictionsSearch } from './search.ts'

const SPLITS = [
  { value: '', label: 'all images' },
  { value: 'train', label: 'training' },
  { value: 'val', label: 'validation' },
  { value: 'test', label: 'test' },
]
const FORMATS = [
  { value: 'csv', label: 'CSV' },
  { value: 'jsonl', label: 'JSON lines' },
]

interface Draft {
  by: string
  dataset: string
  /** Of the data set; the newest where it is empty. */
  version: string
  split: string
  format: string
  top: string
  tta: boolean
}

/** Has a worker predict every image of a data set. */
export function NewBatchForm({ start, onMade }: { start: PredictionsSearch; onMade: (batch: Batch) => void }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(start))
  const change = (changes: Partial<Draft>): void => setDraft({ ...draft, ...changes })
  const make = useMutation({
    mutationFn: () => data(api.POST('/v1/predictions', { body: bodyOf(draft) })),
    onSuccess: async (batch) => {
      await queries.invalidateQueries({ queryKey: ['predictions'] })
      onMade(batch)
    },
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <ModelField value={draft.by} onChange={(by) => change({ by })} />
      <DatasetField value={draft.dataset} onChange={(dataset) => change({ dataset })} />
      <TextField
        label="Version of the data set (optional)"
        type="number"
        min={1}
        description="The newest that is ready by default."
        value={draft.version}
        onChange={(version) => change({ version })}
      />
      <SelectField label="Images" options={SPLITS} value={draft.split} onChange={(split) => change({ split })} />
      <SelectField label="Result as" options={FORMATS} value={draft.format} onChange={(format) => change({ format })} />
      <TextField
        label="Classes per image"
        type="number"
        min={1}
        max={1000}
        description="The most probable ones."
        value={draft.top}
        onChange={(top) => change({ top })}
      />
      <Checkbox
        label="Average over views (the test-time augmentation of its evaluation)"
        checked={draft.tta}
        onChange={(tta) => change({ tta })}
      />
      {make.isError && <ErrorState error={make.error} />}
      <div className="row end">
        <Button type="submit" kind="primary" busy={make.isPending}>
          Predict
        </Button>
      </div>
    </form>
  )
}

const draftOf = ({ model, checkpoint, dataset }: PredictionsSearch): Draft => ({
  by: model ?? checkpoint ?? '',
  dataset: dataset ?? '',
  version: '',
  split: '',
  format: 'csv',
  top: '5',
  tta: false,
})

function bodyOf({ by, dataset, version, split, format, top, tta }: Draft): components['schemas']['NewPredictionBatch'] {
  return {
    ...(by.startsWith('ckpt_') ? { checkpoint: by.trim() } : { model: by.trim() }),
    ...(split === 'train' || split === 'val' || split === 'test' ? { split } : {}),
    dataset: version === '' ? dataset : `${dataset}@${version}`,
    format: format === 'csv' ? 'csv' : 'jsonl',
    top: Number(top),
    tta,
  }
}

interface ChoiceProps {
  value: string
  onChange: (value: string) => void
}

function ModelField({ value, onChange }: ChoiceProps) {
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

function DatasetField({ value, onChange }: ChoiceProps) {
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
