import { useState } from 'react'
import type { Source } from '../shared/upload/source.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, SelectField, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { draftOf, IMAGES_OF, type BatchDraft } from './batch-draft.ts'
import { DatasetField, FilesField, ModelField } from './batch-fields.tsx'
import type { Batch } from './model-queries.ts'
import type { PredictionsSearch } from './search.ts'
import { useNewBatch } from './use-new-batch.ts'

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

interface NewBatchFormProps {
  start: PredictionsSearch
  onMade: (batch: Batch) => void
}

/** Has a worker predict many images: of a data set, or on this computer. One function: one form over one state. */
export function NewBatchForm({ start, onMade }: NewBatchFormProps) {
  const [draft, setDraft] = useState(() => draftOf(start))
  const [chosen, setChosen] = useState<Source>()
  const { make, sentBytes } = useNewBatch()
  const { of } = draft
  const change = (changes: Partial<BatchDraft>): void => setDraft({ ...draft, ...changes })
  const source = of === 'files' ? chosen : undefined
  const isMissing = of === 'files' && chosen === undefined
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        // Whoever has left the form is not led to the batch.
        if (!isMissing) make.mutate({ draft, source }, { onSuccess: onMade })
      }}
    >
      <ModelField value={draft.by} onChange={(by) => change({ by })} />
      <SelectField
        label="Predict"
        options={IMAGES_OF}
        value={of}
        onChange={(value) => change({ of: value === 'files' ? 'files' : 'dataset' })}
      />
      {of === 'files' ? (
        <FilesField source={chosen} onChange={setChosen} sentBytes={sentBytes} />
      ) : (
        <>
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
        </>
      )}
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
        <Button type="submit" kind="primary" busy={make.isPending} disabled={isMissing}>
          Predict
        </Button>
      </div>
    </form>
  )
}
