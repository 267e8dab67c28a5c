import type { JobsQuery } from '../shared/jobs.ts'
import { textIn } from '../shared/search.ts'

/** What decides which jobs are shown; the rest is how. */
export const FILTERS = [
  'q',
  'state',
  'dataset',
  'model',
  'tag',
  'by',
  'since',
  'until',
  'metric',
  'spec',
  'trials',
  'sweep',
] as const
export type Filter = (typeof FILTERS)[number]

/** What the address of the list of jobs can say. Lists are texts with commas, so that addresses can be read. */
const KEYS = [...FILTERS, 'sort', 'columns', 'group'] as const
export type JobsSearch = Partial<Record<(typeof KEYS)[number], string>>

const PAGE = 100
/** With specs, the service gives fewer a page. */
const PAGE_WITH_SPECS = 50

/** The router reads values that look like JSON as such: a name may be a number. */
export function jobsSearch(search: Record<string, unknown>): JobsSearch {
  const known = KEYS.flatMap((key) => {
    const text = textIn(search, key)
    return text === undefined ? [] : [[key, text] as const]
  })
  return Object.fromEntries(known)
}

export const listed = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split(','))

/** The filters and the order as the service takes them. */
export function jobsQuery(search: JobsSearch, withSpecs: boolean): JobsQuery {
  const given: JobsQuery = {
    limit: withSpecs ? PAGE_WITH_SPECS : PAGE,
    search: search.q,
    state: search.state,
    dataset: search.dataset,
    model: search.model,
    tag: search.tag,
    submittedBy: search.by,
    createdAfter: dayStart(search.since),
    createdBefore: dayStart(search.until, 1),
    metric: search.metric,
    spec: search.spec,
    sweep: search.sweep ?? (search.trials === 'hide' ? 'none' : undefined),
    sort: search.sort,
    include: withSpecs ? 'spec' : undefined,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Midnight of a day, or of some days later, where the reader is; nothing for what is no day. */
function dayStart(day: string | undefined, later = 0): string | undefined {
  if (day === undefined) return undefined
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number)
  const start = new Date(year, month - 1, date + later)
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString()
}
