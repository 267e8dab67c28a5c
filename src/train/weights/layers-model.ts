import { AppError } from '../../errors.ts'
import { floatTensor, floats, type StoredTensor } from './safetensors.ts'

/** `model.json` of a tfjs layers-model, as far as weights go. */
export interface LayersModelJson {
  format?: string
  modelTopology?: unknown
  userDefinedMetadata?: unknown
  weightsManifest?: WeightsGroup[]
}

interface WeightsGroup {
  paths: string[]
  weights: WeightEntry[]
}

interface WeightEntry {
  name: string
  shape: number[]
  dtype: string
  quantization?: { dtype: 'uint8' | 'uint16' | 'float16'; min?: number; scale?: number }
}

const WIDTHS: Readonly<Record<string, number>> = { float32: 4, int32: 4, uint8: 1, uint16: 2, float16: 2, bool: 1 }

const MAX_SHARDS = 10_000

function isGroup(value: unknown): value is WeightsGroup {
  const { paths, weights } = Object(value) as Record<string, unknown>
  return (
    Array.isArray(paths) &&
    paths.length <= MAX_SHARDS &&
    paths.every((path) => typeof path === 'string') &&
    Array.isArray(weights) &&
    weights.every(isEntry)
  )
}

function isEntry(value: unknown): value is WeightEntry {
  const { name, shape, dtype, quantization } = Object(value) as Record<string, unknown>
  return (
    typeof name === 'string' &&
    typeof dtype === 'string' &&
    Array.isArray(shape) &&
    shape.every((side) => Number.isSafeInteger(side) && (side as number) >= 0) &&
    (quantization === undefined || (typeof quantization === 'object' && quantization !== null))
  )
}

/** @throws AppError `weights_invalid` when the text is not that of a layers-model. */
export function parseLayersModel(text: string, source: string): LayersModelJson & { weightsManifest: WeightsGroup[] } {
  let json: LayersModelJson
  try {
    json = JSON.parse(text) as LayersModelJson
  } catch (cause) {
    throw new AppError(
      'weights_invalid',
      `${source} is neither safetensors nor the model.json of a tfjs layers-model.`,
      {
        cause,
      },
    )
  }
  if (json.format === 'graph-model')
    throw new AppError('weights_invalid', `${source} is a tfjs graph-model; a layers-model is expected.`)
  const manifest: unknown = json.weightsManifest
  if (!Array.isArray(manifest) || manifest.length === 0)
    throw new AppError('weights_invalid', `${source} has no weightsManifest.`)
  if (!manifest.every(isGroup))
    throw new AppError(
      'weights_invalid',
      `${source} has a weightsManifest that is not valid: groups of up to ${MAX_SHARDS} paths, with a name, shape and dtype for each weight, are expected.`,
    )
  return { ...json, weightsManifest: manifest }
}

/**
 * The tensors of a layers-model, in tfjs' layout; quantised ones (w = q·scale + min) as float32.
 * @param read reads a shard by its path in the manifest.
 * @throws AppError `weights_invalid` when shards and manifest do not fit.
 */
export async function readLayersModel(
  { weightsManifest }: { weightsManifest: readonly WeightsGroup[] },
  read: (path: string) => Promise<Uint8Array>,
): Promise<Map<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>()
  for (const { paths, weights } of weightsManifest) {
    const parts: Uint8Array[] = []
    for (const path of paths) parts.push(await read(path))
    const bytes = Buffer.concat(parts)
    let offset = 0
    for (const entry of weights) {
      const count = entry.shape.reduce((product, side) => product * side, 1)
      const stored = entry.quantization?.dtype ?? entry.dtype
      const width = WIDTHS[stored]
      if (width === undefined)
        throw new AppError('weights_invalid', `The weight ${entry.name} has dtype ${stored}, which is not read.`)
      const end = offset + count * width
      if (end > bytes.byteLength)
        throw new AppError(
          'weights_invalid',
          `The shards ${paths.join(', ')} have fewer bytes than their weights need.`,
        )
      const data = bytes.subarray(offset, end)
      if (entry.dtype === 'float32') tensors.set(entry.name, floatTensor(entry.shape, values(entry, data)))
      offset = end
    }
    if (offset !== bytes.byteLength)
      throw new AppError(
        'weights_invalid',
        `The shards ${paths.join(', ')} have more bytes than the ${offset} that their weights need.`,
      )
  }
  return tensors
}

function values({ quantization }: WeightEntry, data: Uint8Array): Float32Array {
  if (quantization === undefined) return floats({ dtype: 'F32', data })
  if (quantization.dtype === 'float16') return floats({ dtype: 'F16', data })
  const { scale = 1, min = 0 } = quantization
  const steps = quantization.dtype === 'uint8' ? data : new Uint16Array(new Uint8Array(data).buffer)
  return Float32Array.from(steps, (step) => step * scale + min)
}
