import { queryOptions } from '@tanstack/react-query'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import type { Job } from './jobs.ts'

export type Report = components['schemas']['Report']

export const hasReport = ({ state, accuracy }: Pick<Job, 'state' | 'accuracy'>): boolean =>
  accuracy !== null && (state === 'succeeded' || state === 'stopped')

/** The report of a job, which never changes. */
export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', id, 'report'],
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<Report> => {
      const params = { path: { id } }
      return (await data(
        api.GET('/v1/jobs/{id}/report', { params, signal, headers: { accept: 'application/json' } }),
      )) as Report
    },
  })

type Interval = readonly number[]

/** `81.2 % to 87.0 %`; nothing where there is no interval, as in reports of older versions. */
export const rangeOf = (interval: Interval | null | undefined, format: (value: number) => string): string =>
  interval?.[0] === undefined || interval[1] === undefined ? '–' : `${format(interval[0])} to ${format(interval[1])}`
