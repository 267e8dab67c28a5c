import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { everyMs } from '../queries.ts'
import type { Metric } from './curves.ts'
import { isEnded, type Job } from './jobs.ts'

const MAX_POINTS = 600
const LIVE_MS = 3000

/** All series of a job, thinned to what a chart can show. */
export const metricsQuery = (job: Pick<Job, 'id' | 'state'>) =>
  queryOptions({
    queryKey: ['jobs', job.id, 'metrics', isEnded(job)],
    queryFn: async ({ signal }): Promise<Metric[]> => {
      const params = { path: { id: job.id }, query: { maxPoints: MAX_POINTS } }
      const { data: series } = await data(api.GET('/v1/jobs/{id}/metrics', { params, signal }))
      return series.map(({ key, points }) => ({ key, points: points.flatMap(pointOf) }))
    },
    refetchInterval: everyMs(LIVE_MS, () => isEnded(job)),
    placeholderData: (before: Metric[] | undefined) => before,
  })

function pointOf([step, value]: readonly number[]): [number, number][] {
  return step === undefined || value === undefined ? [] : [[step, value]]
}
