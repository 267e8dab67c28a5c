import { getRouteApi } from '@tanstack/react-router'
import { AuditFilterForm, type AuditField } from '../shared/audit-filter-form.tsx'
import type { AuditFilter } from './audit-filter.ts'

const route = getRouteApi('/team')
const FIELDS: readonly AuditField<keyof AuditFilter>[] = [
  { name: 'action', label: 'Action', placeholder: 'deleteJob' },
  { name: 'resource', label: 'Id of what was changed', placeholder: 'job_…' },
  { name: 'actor', label: 'Id of the person or key', placeholder: 'person_…' },
  { name: 'since', label: 'From (UTC)', type: 'date' },
  { name: 'until', label: 'To (UTC)', type: 'date' },
]

/** What entries are asked for, which goes into the address. */
export function AuditFilters() {
  const { tab, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <AuditFilterForm
      fields={FIELDS}
      filter={search}
      onFilter={(filter) => void navigate({ search: { tab, ...filter } })}
    />
  )
}
