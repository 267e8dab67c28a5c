import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ExportMetadata } from '../weights/export-metadata.ts'
import type { Reduced } from './precision.ts'

const SHARD_BYTES = 4 * 2 ** 20

/**
 * A tfjs layers-model from images, float32 [N, size, size, channels] after the metadata's preprocessing, to logits; the metadata is its
 * `userDefinedMetadata`.
 * @returns `model.json` and its shards, by name.
 */
export function toTfjs(
  model: LayersModel,
  metadata: ExportMetadata,
  store: (values: Float32Array, rank: number) => Reduced,
): Map<string, Uint8Array> {
  const parts: Uint8Array[] = []
  const weights = model.weights.map((variable) => {
    const shape = variable.shape as number[]
    const { data, quantization } = store(variable.read().dataSync() as Float32Array, shape.length)
    parts.push(data)
    return {
      name: variable.originalName,
      shape,
      dtype: 'float32',
      ...(quantization === undefined ? {} : { quantization }),
    }
  })
  const bytes = Buffer.concat(parts)
  const count = Math.max(1, Math.ceil(bytes.byteLength / SHARD_BYTES))
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`)
  const json = {
    format: 'layers-model',
    generatedBy: 'anneal',
    convertedBy: null,
    modelTopology: model.toJSON(null, false) as object,
    weightsManifest: [{ paths, weights }],
    userDefinedMetadata: metadata,
  }
  return new Map([
    ['model.json', Buffer.from(JSON.stringify(json))],
    ...paths.map((path, i): [string, Uint8Array] => [path, bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES)]),
  ])
}
