import { getRouteApi } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import type { AuditFilter } from './audit-filter.ts'
import type { TeamSearch } from './team-search.ts'

const route = getRouteApi('/team')
const FIELDS = [
  { name: 'action', label: 'Action', type: 'text', placeholder: 'deleteJob' },
  { name: 'resource', label: 'Id of what was changed', type: 'text', placeholder: 'job_…' },
  { name: 'actor', label: 'Id of the person or key', type: 'text', placeholder: 'person_…' },
  { name: 'since', label: 'From (UTC)', type: 'date', placeholder: undefined },
  { name: 'until', label: 'To (UTC)', type: 'date', placeholder: undefined },
] as const

/** What entries are asked for, which goes into the address. */
export function AuditFilters() {
  const { tab, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const [typed, setTyped] = useState<AuditFilter>(search)
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const next: TeamSearch = { tab }
    for (const { name } of FIELDS) {
      const value = typed[name]?.trim() ?? ''
      if (value !== '') next[name] = value
    }
    void navigate({ search: next })
  }
  const clear = (): void => {
    setTyped({})
    void navigate({ search: { tab } })
  }
  return (
    <form className="team-filters" onSubmit={submit} role="search" aria-label="Entries of the audit log">
      {FIELDS.map(({ name, label, type, placeholder }) => (
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
