import { AppError } from '../errors.ts'
import { versionId } from './dataset-ref.ts'
import { deleted } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import { packedKey } from './model-files.ts'
import { namedVersion } from './model-version.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { NewBatch } from './ports/prediction-batches.ts'
import { contentTypeOf, type NewPredictionBatch, type PredictionBatch } from './prediction-resources.ts'
import { foundDataset, requireFound } from './require-found.ts'
import type { Page } from './resources.ts'

/** Batches of a team that have not ended. */
const MAX_OPEN = 1000

/** Predictions of many images, which workers make: of a data set, or of an archive that was uploaded. */
export function predictionBatchService(dependencies: Dependencies) {
  const { store, now } = dependencies
  const batch = async ({ teamId }: Caller, id: string): Promise<PredictionBatch> =>
    requireFound(await store.batch(teamId, id), 'batch of predictions', id)
  return {
    batch,
    batches: ({ teamId }: Caller, page: PageRequest): Promise<Page<PredictionBatch>> => store.batches(teamId, page),
    async createBatch(
      caller: Caller,
      { model, checkpoint, dataset, upload, ...settings }: NewPredictionBatch,
      id = newId('pred', now()),
    ): Promise<PredictionBatch> {
      requireOne({ model, checkpoint })
      requireOne({ dataset, upload })
      if (upload !== undefined && settings.split !== undefined) throw invalid('/split', 'is of data sets only')
      const weights = await weightsOf(dependencies, caller, { model, checkpoint })
      const source = upload === undefined ? await datasetOf(dependencies, caller, dataset ?? '') : { uploadId: upload }
      const created = await store.createBatch(
        caller.teamId,
        { id, keyId: caller.keyId, ...weights, source, settings },
        MAX_OPEN,
      )
      dependencies.relay()
      return created
    },
    /** The file of one that has succeeded. @throws AppError `wrong_state` before */
    async batchResult(caller: Caller, id: string) {
      const { state, format, result } = await batch(caller, id)
      const blobKey = await store.batchResultKey(caller.teamId, id)
      if (result === null || blobKey === undefined)
        throw new AppError('wrong_state', `Batch ${id} is ${state}; its result is there once it has succeeded.`)
      return { ...result, contentType: contentTypeOf(format), fileName: `${id}.${format}`, blobKey }
    },
    deleteBatch: (caller: Caller, id: string): Promise<void> =>
      deleted(dependencies, () => store.deleteBatch(caller.teamId, id), `batch of predictions ${id}`),
  }
}

async function weightsOf(
  dependencies: Dependencies,
  caller: Caller,
  { model, checkpoint = '' }: { model: string | undefined; checkpoint: string | undefined },
): Promise<Pick<NewBatch, 'checkpoint' | 'model'>> {
  if (model === undefined) {
    const { blobKey, sha256, id } = requireFound(
      await dependencies.store.checkpoint(caller.teamId, checkpoint),
      'checkpoint',
      checkpoint,
    )
    return { checkpoint: { id, blobKey, sha256 } }
  }
  const { version, answering } = await namedVersion(dependencies, caller, model)
  const { checkpoint: id, blobKey, sha256 } = version
  return { checkpoint: { id, blobKey, sha256 }, model: { answering, versionId: version.id } }
}

/** The version that the reference means now. @throws AppError `not_found`; `wrong_state` for one that is not ready */
async function datasetOf(dependencies: Dependencies, caller: Caller, ref: string): Promise<{ datasetId: string }> {
  await packedKey(dependencies, caller, ref)
  const { id, version } = await foundDataset(dependencies.store, { teamId: caller.teamId, id: ref })
  return { datasetId: versionId(id, version) }
}

function requireOne(given: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(given)
  if (names.filter((name) => given[name] !== undefined).length === 1) return
  throw invalid(`/${names[0] ?? ''}`, `or /${names[1] ?? ''} must be given, and one of them only`)
}

const invalid = (pointer: string, detail: string): AppError =>
  new AppError('invalid_request', `The body is not valid: ${pointer} ${detail}.`, { errors: [{ pointer, detail }] })
