import { curveLook, type CurveLook } from '../shared/curve-look.ts'

export const MAX_RUNS = 20

export interface CompareSearch extends CurveLook {
  /** Ids with commas between them. */
  jobs?: string
  /** Keys of metrics with commas between them. */
  metrics?: string
}

const ID = /^job_[a-z0-9]+$/

export function compareSearch(search: Record<string, unknown>): CompareSearch {
  const text = (key: string): string => (typeof search[key] === 'string' ? search[key] : '')
  return {
    ...curveLook(search),
    ...(text('jobs') === '' ? {} : { jobs: text('jobs') }),
    ...(text('metrics') === '' ? {} : { metrics: text('metrics') }),
  }
}

/** Each job once, up to as many as are compared. */
export const chosenJobs = ({ jobs = '' }: CompareSearch): string[] =>
  [...new Set(jobs.split(',').filter((id) => ID.test(id)))].slice(0, MAX_RUNS)
