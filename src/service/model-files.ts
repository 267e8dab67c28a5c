import { AppError } from '../errors.ts'
import { requireFound, foundDataset } from './require-found.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { CheckpointStore } from './ports/checkpoints.ts'
import type { DatasetStore } from './ports/datasets.ts'
import type { ModelFile } from './ports/models.ts'
import type { Checkpoint } from './resources.ts'

interface FileDependencies {
  store: CheckpointStore & DatasetStore
  blobs: Blobs
}

/** A checkpoint with its file on this machine. @throws AppError `not_found` */
export async function checkpointFile(
  { store, blobs }: FileDependencies,
  { teamId }: Caller,
  id: string,
): Promise<Checkpoint & { file: ModelFile }> {
  const { blobKey, ...checkpoint } = requireFound(await store.checkpoint(teamId, id), 'checkpoint', id)
  return { ...checkpoint, file: { path: blobs.path(blobKey), sha256: checkpoint.sha256, team: teamId } }
}

/** The folder of a packed data set. @throws AppError `not_found`, or `wrong_state` before it is ready */
export async function packedFolder(
  { store, blobs }: FileDependencies,
  { teamId }: Caller,
  id: string,
): Promise<string> {
  const key = await store.packedKey(teamId, id)
  if (key !== undefined) return blobs.path(key)
  const { state } = await foundDataset(store, { teamId, id })
  throw new AppError('wrong_state', `Data set ${id} is ${state}; it has images once it is ready.`)
}
