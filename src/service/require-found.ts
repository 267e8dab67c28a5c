import { AppError, type ErrorDetail } from '../errors.ts'
import { parseDatasetRef } from './dataset-ref.ts'
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

/** Says which of a data set and its version is not there. */
async function missing(
  store: Pick<DatasetStore, 'dataset' | 'datasetDeleted'>,
  teamId: string,
  ref: string,
): Promise<string> {
  if (await store.datasetDeleted(teamId, ref)) return `Data set ${ref} was deleted.`
  const parsed = parseDatasetRef(ref)
  const current = parsed?.version === undefined ? undefined : await store.dataset(teamId, parsed.id)
  if (current === undefined) return `There is no data set ${ref}.`
  const { id, version, state } = current
  const newest = state === 'ready' ? `the newest that is ready is ${version}` : `none is ready yet`
  return `Data set ${id} has no version ${parsed?.version}; ${newest}.`
}

/** @throws AppError `not_found`, which says so where the data set was deleted. */
export async function foundDataset(
  store: Pick<DatasetStore, 'dataset' | 'datasetDeleted'>,
  { teamId, id }: { teamId: string; id: string },
  details: { errors?: ErrorDetail[] } = {},
): Promise<Dataset> {
  const dataset = await store.dataset(teamId, id)
  if (dataset !== undefined) return dataset
  throw new AppError('not_found', await missing(store, teamId, id), details)
}
