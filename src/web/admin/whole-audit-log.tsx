import { useState, type SyntheticEvent } from 'react'
import { data } from '../api.ts'
import { AuditEntries, type AuditEntry } from '../shared/audit-entries.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { operatorApi } from './operator.ts'

const FIELDS = [
  { name: 'action', label: 'Action' },
  { name: 'resource', label: 'Id of what was changed' },
  { name: 'actor', label: 'Operator, person or key' },
] as const
type Filter = Partial<Record<(typeof FIELDS)[number]['name'], string>>

/** Changes of all teams, and those that belong to none. */
export function WholeAuditLog() {
  const [typed, setTyped] = useState<Filter>({})
  const [filter, setFilter] = useState<Filter>({})
  const pages = usePages<AuditEntry>(['admin', 'audit-log', filter], (cursor, signal) =>
    data(operatorApi.GET('/v1/admin/audit-log', { params: { query: { limit: 50, ...filter, ...cursor } }, signal })),
  )
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    setFilter(Object.fromEntries(Object.entries(typed).filter(([, value]) => value.trim() !== '')))
  }
  return (
    <Card title="Audit log">
      <form className="admin-limits" onSubmit={submit} role="search" aria-label="Entries of the audit log">
        {FIELDS.map(({ name, label }) => (
          <TextField
            key={name}
            label={label}
            maxLength={100}
            value={typed[name] ?? ''}
            onChange={(value) => setTyped((before) => ({ ...before, [name]: value }))}
          />
        ))}
        <div className="row">
          <Button type="submit" kind="primary">
            Filter
          </Button>
        </div>
      </form>
      <AuditEntries pages={pages} />
    </Card>
  )
}
