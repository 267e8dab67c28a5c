import type { AuditEntry, AuditFilter } from './audit-resources.ts'
import { dateTime } from './date-time.ts'
import type { AuditStore } from './ports/audit.ts'
import type { PageRequest } from './ports/caller.ts'
import type { Page } from './resources.ts'

const PER_PAGE = 500

/** Who has changed what. */
export function auditService({ store }: { store: AuditStore }) {
  return {
    /** Of a team, or of all where it is not given. */
    auditLog: (teamId: string | undefined, query: AuditFilter & PageRequest): Promise<Page<AuditEntry>> =>
      store.auditLog(teamId, checked(query)),
    /** All entries, newest first. */
    async *auditEntries(teamId: string | undefined, filter: AuditFilter): AsyncGenerator<AuditEntry[]> {
      const query = checked(filter)
      let page = await store.auditLog(teamId, { ...query, limit: PER_PAGE })
      yield page.data
      while (page.nextCursor !== null) {
        page = await store.auditLog(teamId, { ...query, limit: PER_PAGE, after: page.nextCursor })
        yield page.data
      }
    },
  }
}

function checked<Query extends AuditFilter>(query: Query): Query {
  const time = (name: 'since' | 'until'): { since?: string; until?: string } => {
    const text = query[name]
    return text === undefined ? {} : { [name]: dateTime(text, `/${name}`).toISOString() }
  }
  return { ...query, ...time('since'), ...time('until') }
}
