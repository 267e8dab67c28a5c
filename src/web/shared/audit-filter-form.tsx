import { useState, type SyntheticEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'

export interface AuditField<Name extends string> {
  name: Name
  label: string
  type?: 'text' | 'date'
  placeholder?: string
}

interface AuditFilterFormProps<Name extends string> {
  fields: readonly AuditField<Name>[]
  filter: Partial<Record<Name, string>>
  /** What is filled in, without spaces around it. */
  onFilter: (filter: Partial<Record<Name, string>>) => void
}

/** What entries of the audit log are asked for. */
export function AuditFilterForm<Name extends string>({ fields, filter, onFilter }: AuditFilterFormProps<Name>) {
  const [typed, setTyped] = useState(filter)
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const next: Partial<Record<Name, string>> = {}
    for (const { name } of fields) {
      const value = typed[name]?.trim() ?? ''
      if (value !== '') next[name] = value
    }
    onFilter(next)
  }
  const clear = (): void => {
    setTyped({})
    onFilter({})
  }
  return (
    <form className="field-grid" onSubmit={submit} role="search" aria-label="Entries of the audit log">
      {fields.map(({ name, label, type = 'text', placeholder }) => (
        <TextField
          key={name}
          label={label}
          type={type}
          placeholder={placeholder}
          maxLength={100}
          value={typed[name] ?? ''}
          onChange={(value) => setTyped((before) => ({ ...before, [name]: value }))}
        />
      ))}
      <div className="row">
        <Button type="submit" kind="primary">
          Filter
        </Button>
        <Button onClick={clear}>Clear</Button>
      </div>
    </form>
  )
}
