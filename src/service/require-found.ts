import { AppError, type ErrorDetail } from '../errors.ts'
import type { DatasetStore } from './ports/datasets.ts'
import type { JobStore } from './ports/jobs.ts'
import type { Dataset, Job } from './resources.ts'

/** @throws AppError `not_found` where there is none; another team's are like those that do not exist. */
export function requireFound<T>(value: T | undefined, what: string, id: string): T {
  if (value === undefined) throw new AppError('not_found', `There is no ${what} ${id}.`)
  return value
}

/** @throws AppError `not_found` */
export const foundJob = async (store: Pick<JobStore, 'job'>, teamId: string, id: string): Promise<Job> =>
  requireFound(await store.job(teamId, id), 'job', id)

/** @throws AppError `not_found`, which says so where the data set was deleted. */
export async function foundDataset(
  store: Pick<DatasetStore, 'dataset' | 'datasetDeleted'>,
  { teamId, id }: { teamId: string; id: string },
  details: { errors?: ErrorDetail[] } = {},
): Promise<Dataset> {
  const dataset = await store.dataset(teamId, id)
  if (dataset !== undefined) return dataset
  const deleted = await store.datasetDeleted(teamId, id)
  throw new AppError('not_found', deleted ? `Data set ${id} was deleted.` : `There is no data set ${id}.`, details)
}
