import { AppError } from '../errors.ts'
import { requireFound, foundDataset } from './require-found.ts'
import type { BlobFiles, HeldBlobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { CheckpointStore } from './ports/checkpoints.ts'
import type { DatasetStore } from './ports/datasets.ts'
import type { ModelFile } from './ports/models.ts'
import type { Checkpoint } from './resources.ts'

/** The weights of a model in the storage. */
export interface StoredModel {
  blobKey: string
  sha256: string
  /** Whose request it is. */
  team: string
}

/** @throws AppError `not_found` */
export async function storedCheckpoint(
  { store }: { store: CheckpointStore },
  { teamId }: Caller,
  id: string,
): Promise<Checkpoint & { stored: StoredModel }> {
  const { blobKey, ...checkpoint } = requireFound(await store.checkpoint(teamId, id), 'checkpoint', id)
  return { ...checkpoint, stored: { blobKey, sha256: checkpoint.sha256, team: teamId } }
}

/** The key of a packed data set. @throws AppError `not_found`, or `wrong_state` before it is ready */
export async function packedKey({ store }: { store: DatasetStore }, { teamId }: Caller, id: string): Promise<string> {
  const key = await store.packedKey(teamId, id)
  if (key !== undefined) return key
  const { state } = await foundDataset(store, { teamId, id })
  throw new AppError('wrong_state', `Data set ${id} is ${state}; it has images once it is ready.`)
}

/** Calls `use` with what holds files, and lets go of them once it has ended. */
export async function withHeld<T>(files: BlobFiles, use: (held: HeldBlobs) => Promise<T>): Promise<T> {
  const held = files.hold()
  try {
    return await use(held)
  } finally {
    held.release()
  }
}

/** A model as a file of this machine, for as long as it is held. */
export const modelFile = async (held: HeldBlobs, { blobKey, ...model }: StoredModel): Promise<ModelFile> => ({
  ...model,
  path: await held.file(blobKey, model.sha256),
})
