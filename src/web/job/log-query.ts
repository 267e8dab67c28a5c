import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { everyMs } from '../queries.ts'
import { jsonBody } from '../shared/json-body.ts'
import { isEnded, type Job } from '../shared/jobs.ts'
import type { LogLine } from './log-lines.ts'

/** Lines that are in the document; the download has all. */
export const MAX_LINES = 2000
const LIVE_MS = 1500
/** The last lines come in after the state has changed. */
const AFTERWARDS_MS = 5000

/** The end of the log; then what has been added to it. */
export const logQuery = (job: Job) =>
  queryOptions({
    queryKey: ['jobs', job.id, 'log'],
    queryFn: async ({ signal, client, queryKey }): Promise<LogLine[]> => {
      const before = client.getQueryData<LogLine[]>(queryKey) ?? []
      const after = before.at(-1)?.id
      const query = after === undefined ? { tail: MAX_LINES } : { after, limit: MAX_LINES }
      const params = { path: { id: job.id }, query }
      const { data: added } = jsonBody(await data(api.GET('/v1/jobs/{id}/logs', { params, signal })))
      return added.length === 0 ? before : [...before, ...added].slice(-MAX_LINES)
    },
    refetchInterval: (query) => {
      const isOver = isEnded(job) && query.state.dataUpdatedAt > Date.parse(job.endedAt ?? '') + AFTERWARDS_MS
      return isOver ? false : everyMs(LIVE_MS)(query)
    },
  })
