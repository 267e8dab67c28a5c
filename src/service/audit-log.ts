import type { AuditEntry, AuditFilter } from './audit-resources.ts'
import { dateTime } from './date-time.ts'
import type { AuditStore } from './ports/audit.ts'
import type { PageRequest } from './ports/caller.ts'
import type { Page } from './resources.ts'
import { inCurrentTeam } from './team-scope.ts'

const PER_PAGE = 500

/** Who has changed what. */
export function auditService({ store }: { store: AuditStore }) {
  const read = (teamId: string | undefined, query: AuditFilter & PageRequest): Promise<Page<AuditEntry>> =>
    teamId === undefined ? store.wholeAuditLog(query) : store.auditLog(teamId, query)
  return {
    /** Of a team, or of all where it is not given. */
    auditLog: (teamId: string | undefined, query: AuditFilter & PageRequest): Promise<Page<AuditEntry>> =>
      read(teamId, checked(query)),
    /** All entries, newest first. */
    auditEntries: (teamId: string | undefined, filter: AuditFilter): AsyncIterableIterator<AuditEntry[], void> =>
      inCurrentTeam(
        (async function* () {
          const query = checked(filter)
          let page = await read(teamId, { ...query, limit: PER_PAGE })
          yield page.data
          while (page.nextCursor !== null) {
            page = await read(teamId, { ...query, limit: PER_PAGE, after: page.nextCursor })
            yield page.data
          }
        })(),
      ),
  }
}

function checked<Query extends AuditFilter>(query: Query): Query {
  const time = (name: 'since' | 'until'): { since?: string; until?: string } => {
    const text = query[name]
    return text === undefined ? {} : { [name]: dateTime(text, `/${name}`).toISOString() }
  }
  return { ...query, ...time('since'), ...time('until') }
}
