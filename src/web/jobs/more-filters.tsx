import { useState, type SyntheticEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { METRIC_NAMES } from './columns.tsx'
import type { FiltersProps } from './filters.tsx'
import type { Filter, JobsSearch } from './search.ts'

const FIELDS: readonly { key: Filter; label: string; description?: string; type?: string }[] = [
  { key: 'model', label: 'Model', description: 'Name of the architecture, such as resnet18.' },
  { key: 'tag', label: 'Tags', description: 'With commas between them; jobs have all of them.' },
  { key: 'by', label: 'Submitted by', description: 'Email of the person.', type: 'email' },
  { key: 'since', label: 'Created from', type: 'date' },
  { key: 'until', label: 'Created until', type: 'date' },
  {
    key: 'metric',
    label: 'Final metrics',
    description: `Conditions such as accuracy>=0.9,ece<0.05. Metrics: ${Object.keys(METRIC_NAMES).join(', ')}.`,
  },
  {
    key: 'spec',
    label: 'Fields of the spec',
    description: 'Values such as batchSize=64,loss.name=cross-entropy.',
  },
  { key: 'sweep', label: 'Trials of the sweep', description: 'Id of the sweep.' },
]

/** Filters that are rarely needed, applied together. */
export function MoreFilters({ search, onChange, onClose }: FiltersProps & { onClose: () => void }) {
  const [draft, setDraft] = useState<JobsSearch>(search)
  const apply = (event: SyntheticEvent): void => {
    event.preventDefault()
    onChange(Object.fromEntries(FIELDS.map(({ key }) => [key, givenText(draft[key])])))
    onClose()
  }
  return (
    <Dialog title="Filters" open onClose={onClose}>
      <form className="stack" onSubmit={apply}>
        {FIELDS.map(({ key, label, description, type = 'text' }) => (
          <TextField
            key={key}
            label={label}
            description={description}
            type={type}
            value={draft[key] ?? ''}
            onChange={(value) => setDraft({ ...draft, [key]: value })}
          />
        ))}
        <div className="row end">
          <Button onClick={onClose}>Keep as they are</Button>
          <Button type="submit" kind="primary">
            Apply
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function givenText(text = ''): string | undefined {
  return text.trim() === '' ? undefined : text.trim()
}
