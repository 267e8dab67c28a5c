import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import { foldClassScales } from '../../zoo/models/class-scale.ts'
import {
  floats,
  floatTensor,
  readSafetensors,
  toBfloat16,
  writeSafetensors,
  type StoredTensor,
} from '../weights/safetensors.ts'
import { writeWhole, type WrittenFile } from '../process/write-file-atomic.ts'
import type { CheckpointInfo } from './info.ts'

/** Tensors by role: `model/…` weights and statistics, `optimizer/…`, `average/NAME/…`. */
export interface Checkpoint {
  info: CheckpointInfo
  tensors: Map<string, StoredTensor>
}

/** Of a safetensors file's metadata: what a checkpoint or an export says of itself. */
export const METADATA_KEY = 'anneal'

/** Named variables of one role as stored tensors. */
export function storedVariables(role: string, variables: ReadonlyMap<string, tfc.Variable>): [string, StoredTensor][] {
  return [...variables].map(([name, variable]) => [
    `${role}/${name}`,
    floatTensor(variable.shape, Float32Array.from(variable.dataSync())),
  ])
}

/** The values of one role, by name. */
export function roleValues({ tensors }: Checkpoint, role: string): Map<string, Float32Array> {
  const prefix = `${role}/`
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), floats(tensor)]),
  )
}

/**
 * A checkpoint with its model as it is used: factors that still train are in the classifier, and filters that training rounded to bfloat16
 * are rounded, because statistics and classifier were fitted to what those gave; without it a model is worse in float32 than it was measured.
 */
export const forInference = (checkpoint: Checkpoint): Checkpoint => withRoundedFilters(withFoldedScales(checkpoint))

function withRoundedFilters({ info, tensors }: Checkpoint): Checkpoint {
  if (info.precision !== 'bfloat16') return { info, tensors }
  const isFilter = (name: string, { shape }: StoredTensor): boolean => name.startsWith('model/') && shape.length === 4
  const rounded = [...tensors].map(([name, tensor]): [string, StoredTensor] => [
    name,
    isFilter(name, tensor) ? floatTensor(tensor.shape, toBfloat16(floats(tensor))) : tensor,
  ])
  return { info, tensors: new Map(rounded) }
}

function withFoldedScales(checkpoint: Checkpoint): Checkpoint {
  const { head, ...info } = checkpoint.info
  if (head?.kind !== 'scaled') return checkpoint
  const model = [...foldClassScales(roleValues(checkpoint, 'model'))].map(([name, values]): [string, StoredTensor] => [
    `model/${name}`,
    floatTensor(checkpoint.tensors.get(`model/${name}`)?.shape ?? [values.length], values),
  ])
  const others = [...checkpoint.tensors].filter(([name]) => !name.startsWith('model/'))
  return { info, tensors: new Map([...model, ...others]) }
}

/** Writes it whole or not at all. */
export async function writeCheckpoint(path: string, { info, tensors }: Checkpoint): Promise<WrittenFile> {
  return writeWhole(path, writeSafetensors({ metadata: { [METADATA_KEY]: JSON.stringify(info) }, tensors }))
}

/**
 * @param sha256 what the content must have, where that is known.
 * @throws AppError `checkpoint_invalid` when the file is missing, broken, or not one of Anneal's; `checkpoint_damaged` for another hash.
 */
export function readCheckpoint(path: string, sha256?: string): Checkpoint {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new AppError('checkpoint_invalid', `The checkpoint ${path} cannot be read.`, { cause })
  }
  if (sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new AppError('checkpoint_damaged', 'The checkpoint is damaged: its content is not what was stored.')
  const { metadata, tensors } = readSafetensors(bytes, path)
  const text = metadata[METADATA_KEY]
  if (text === undefined)
    throw new AppError(
      'checkpoint_invalid',
      `${path} is not a checkpoint of Anneal: its metadata has no ${METADATA_KEY}.`,
    )
  const info = JSON.parse(text) as CheckpointInfo
  if (![1, 2].includes(info.formatVersion))
    throw new AppError(
      'checkpoint_invalid',
      `${path} has format version ${String(info.formatVersion)}; 1 and 2 are read.`,
    )
  return { info, tensors }
}
