import { useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { SPLIT_NAMES, SPLITS } from '../splits.ts'
import type { Edit } from './pending-changes.ts'

const SPLIT_OPTIONS = [
  { value: '', label: 'Move to a split…' },
  ...SPLITS.map((value) => ({ value, label: SPLIT_NAMES[value] })),
]

/** What can become of images: another class, which may be a new one, another split, or out of the data set. */
export function EditFields({ classes, onEdit }: { classes: readonly string[]; onEdit: (edit: Edit) => void }) {
  const list = useId()
  const [to, setTo] = useState('')
  return (
    <>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault()
          if (to.trim() !== '') onEdit({ to: to.trim() })
          setTo('')
        }}
      >
        <TextField
          label="Another class"
          hideLabel
          placeholder="Another class"
          list={list}
          maxLength={200}
          value={to}
          onChange={setTo}
        />
        <datalist id={list}>
          {classes.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Button type="submit" size="small">
          Relabel
        </Button>
      </form>
      <SelectField
        label="Move to a split"
        hideLabel
        options={SPLIT_OPTIONS}
        value=""
        onChange={(value) => {
          const split = SPLITS.find((one) => one === value)
          if (split !== undefined) onEdit({ split })
        }}
      />
      <Button size="small" kind="danger" onClick={() => onEdit({ remove: true })}>
        Remove
      </Button>
    </>
  )
}
