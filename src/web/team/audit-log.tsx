import { getRouteApi } from '@tanstack/react-router'
import { api, data } from '../api.ts'
import { AuditEntries, type AuditEntry } from '../shared/audit-entries.tsx'
import { useSave } from '../shared/save-file.ts'
import { usePages } from '../shared/use-pages.ts'
import { useTeam } from '../shared/use-team.ts'
import { Card } from '../ui/card.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { filterOf } from './audit-filter.ts'
import { NeedsAdmin } from './needs-scope.tsx'

const route = getRouteApi('/team')

/** Who has changed what. */
export function AuditLog() {
  const { may } = useTeam()
  const { mutate: saveFile } = useSave()
  const filter = filterOf(route.useSearch())
  const pages = usePages<AuditEntry>(
    ['team', 'audit-log', filter],
    (cursor, signal) =>
      data(api.GET('/v1/team/audit-log', { params: { query: { limit: 50, ...filter, ...cursor } }, signal })),
    { enabled: may('admin') },
  )
  const save = (format: 'csv' | 'jsonl'): void => {
    const query = new URLSearchParams({ ...filter, format })
    saveFile({ path: `/v1/team/audit-log/export?${query}`, fileName: `audit-log.${format}` })
  }
  if (!may('admin')) return <NeedsAdmin what="The audit log is" />
  return (
    <Card
      title="Audit log"
      actions={
        <Menu label="Download">
          <MenuItem onClick={() => save('csv')}>As CSV</MenuItem>
          <MenuItem onClick={() => save('jsonl')}>As JSON lines</MenuItem>
        </Menu>
      }
    >
      <AuditFilters />
      <AuditEntries pages={pages} />
    </Card>
  )
}
