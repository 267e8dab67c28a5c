import { useState } from 'react'
import { data } from '../api.ts'
import { AuditEntries, type AuditEntry } from '../shared/audit-entries.tsx'
import { AuditFilterForm, type AuditField } from '../shared/audit-filter-form.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Card } from '../ui/card.tsx'
import { operatorApi } from './operator.ts'

type Name = 'action' | 'resource' | 'actor'
const FIELDS: readonly AuditField<Name>[] = [
  { name: 'action', label: 'Action' },
  { name: 'resource', label: 'Id of what was changed' },
  { name: 'actor', label: 'Operator, person or key' },
]

/** Changes of all teams, and those that belong to none. */
export function WholeAuditLog() {
  const [filter, setFilter] = useState<Partial<Record<Name, string>>>({})
  const pages = usePages<AuditEntry>(['admin', 'audit-log', filter], (cursor, signal) =>
    data(operatorApi.GET('/v1/admin/audit-log', { params: { query: { limit: 50, ...filter, ...cursor } }, signal })),
  )
  return (
    <Card title="Audit log">
      <AuditFilterForm fields={FIELDS} filter={filter} onFilter={setFilter} />
      <AuditEntries pages={pages} />
    </Card>
  )
}
