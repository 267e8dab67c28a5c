import { AppError } from '../errors.ts'
import type { DatasetStatistics } from '../job-spec/defaults.ts'
import { foundDataset } from './require-found.ts'
import type { Caller } from './ports/caller.ts'
import type { DatasetStore } from './ports/datasets.ts'

const DATASET = /^(ds_[a-z0-9]{1,48})(?:@(\d{1,9}))?$/
/** A data set does not change: there is its first version, and no other. */
const VERSION = 1
const NO_ID = { errors: [{ pointer: '/dataset', detail: 'must be the id of a data set' }] }

/**
 * The data set that a spec names.
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
  const datasetId = datasetIdOf(named)
  const { state } = await foundDataset(store, { teamId, id: datasetId }, NO_ID)
  const facts = await store.datasetFacts(teamId, datasetId)
  if (facts === undefined)
    throw new AppError('wrong_state', `Data set ${datasetId} is ${state}; a job needs one that is ready.`, {
      retryable: state === 'ingesting' || state === 'importing',
    })
  return { datasetId, facts }
}

/** @throws AppError `invalid_spec` for what is no id, and for another version than there is */
function datasetIdOf(named: string): string {
  const [, id, version] = DATASET.exec(named.slice(0, 100)) ?? []
  if (id === undefined || named.length > 100)
    throw refused('must be the id of a data set, such as ds_0mfz3k2ab, or an id with a version, ID@1')
  if (version !== undefined && Number(version) !== VERSION)
    throw refused(`${id} has version ${VERSION} only, not ${version}`)
  return id
}

const refused = (detail: string): AppError =>
  new AppError('invalid_spec', `The data set of the spec cannot be used: /dataset ${detail}.`, {
    errors: [{ pointer: '/dataset', detail }],
  })
