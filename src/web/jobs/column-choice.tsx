import { useQuery } from '@tanstack/react-query'
import { useId, useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { fieldsOf } from '../shared/spec-fields.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox, TextField } from '../ui/field.tsx'
import { CHOICES, DEFAULT_COLUMNS } from './columns.tsx'
import { isSpecField, specField, specPath } from './spec-columns.ts'

/** Jobs whose specs say which fields there are to choose from. */
const SPECS = 20

interface ColumnChoiceProps {
  columns: readonly string[]
  onChange: (columns: string[]) => void
  onClose: () => void
}

/** Which columns the list has: what every job has, and any field of the specs. */
export function ColumnChoice({ columns, onChange, onClose }: ColumnChoiceProps) {
  const toggle = (id: string, isShown: boolean): void =>
    onChange(isShown ? [...columns, id] : columns.filter((each) => each !== id))
  const fields = columns.filter(isSpecField)
  return (
    <Dialog title="Columns" open onClose={onClose}>
      <div className="jobs-columns">
        {CHOICES.map(({ id, header }) => (
          <Checkbox key={id} label={header} checked={columns.includes(id)} onChange={(on) => toggle(id, on)} />
        ))}
      </div>
      <h3>Fields of the spec</h3>
      <div className="jobs-columns">
        {fields.map((id) => (
          <Checkbox key={id} label={specPath(id)} checked onChange={() => toggle(id, false)} />
        ))}
      </div>
      <AddField onAdd={(path) => columns.includes(specField(path)) || toggle(specField(path), true)} />
      <div className="row end">
        <Button onClick={() => onChange([...DEFAULT_COLUMNS])}>Usual columns</Button>
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}

function AddField({ onAdd }: { onAdd: (path: string) => void }) {
  const list = useId()
  const [path, setPath] = useState('')
  const { data: fields = [] } = useQuery({
    queryKey: ['jobs', 'spec-fields'],
    queryFn: async ({ signal }) => {
      const query = { limit: SPECS, include: 'spec' } as const
      const jobs = await data(api.GET('/v1/jobs', { params: { query }, signal }))
      return [...new Set(jobs.data.flatMap(({ spec }) => [...fieldsOf(spec).keys()]))].sort()
    },
  })
  const add = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (path.trim() !== '') onAdd(path.trim())
    setPath('')
  }
  return (
    <form className="row" onSubmit={add}>
      <TextField label="Field" hideLabel placeholder="batchSize" list={list} value={path} onChange={setPath} />
      <datalist id={list}>
        {fields.map((field) => (
          <option key={field} value={field} />
        ))}
      </datalist>
      <Button type="submit">Add the field</Button>
    </form>
  )
}
