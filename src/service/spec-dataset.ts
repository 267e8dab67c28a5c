import { AppError } from '../errors.ts'
import type { DatasetStatistics } from '../job-spec/defaults.ts'
import { parseDatasetRef, versionId } from './dataset-ref.ts'
import { foundDataset } from './require-found.ts'
import type { Caller } from './ports/caller.ts'
import type { DatasetStore } from './ports/datasets.ts'

const NO_ID = { errors: [{ pointer: '/dataset', detail: 'must be the id of a data set' }] }

/**
 * The data set that a spec names, with its version: where the spec names none, the newest that is ready.
 * @throws AppError `invalid_spec`, `not_found` or `wrong_state`
 */
export async function specDataset(
  store: DatasetStore,
  { teamId }: Caller,
  spec: unknown,
): Promise<{ datasetId: string; facts: DatasetStatistics }> {
  const named =
    typeof spec === 'object' && spec !== null && 'dataset' in spec && typeof spec.dataset === 'string'
      ? spec.dataset
      : undefined
  if (named === undefined) throw new AppError('invalid_spec', 'A job names its data set.', NO_ID)
  const { state, version, id } = await foundDataset(store, { teamId, id: checkedRef(named) }, NO_ID)
  const datasetId = versionId(id, version)
  const facts = await store.datasetFacts(teamId, datasetId)
  if (facts === undefined)
    throw new AppError('wrong_state', `Data set ${datasetId} is ${state}; a job needs one that is ready.`, {
      retryable: state === 'ingesting' || state === 'importing',
    })
  return { datasetId, facts }
}

/** @throws AppError `invalid_spec` for what is no id */
function checkedRef(named: string): string {
  if (parseDatasetRef(named) !== undefined) return named
  throw refused('must be the id of a data set, such as ds_0mfz3k2ab, or an id with a version, such as ds_0mfz3k2ab@1')
}

const refused = (detail: string): AppError =>
  new AppError('invalid_spec', `The data set of the spec cannot be used: /dataset ${detail}.`, {
    errors: [{ pointer: '/dataset', detail }],
  })
