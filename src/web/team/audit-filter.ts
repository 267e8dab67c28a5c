import type { TeamSearch } from './team-search.ts'

const DAY = /^\d{4}-\d\d-\d\d$/
const DAY_MS = 86_400_000

type Names = 'actor' | 'key' | 'action' | 'resource' | 'since' | 'until'
export type AuditFilter = Partial<Record<Names, string>>

/** What of the address the log is asked for; days begin and end at midnight, UTC, and the last one is included. */
export function filterOf({ actor, key, action, resource, since, until }: TeamSearch): AuditFilter {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(key === undefined ? {} : { key }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(since !== undefined && DAY.test(since) ? { since: `${since}T00:00:00Z` } : {}),
    ...(until !== undefined && DAY.test(until) ? { until: new Date(Date.parse(until) + DAY_MS).toISOString() } : {}),
  }
}
