import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Tf } from '../../src/engine/tfjs.js'

/** Loads a layers-model from its `model.json`, by tfjs alone. */
export async function loadLayersModel(tf: Tf, path: string): Promise<{ model: LayersModel; metadata: unknown }> {
  const json = JSON.parse(await readFile(path, 'utf8')) as {
    modelTopology: object
    weightsManifest: { paths: string[]; weights: tfc.io.WeightsManifestEntry[] }[]
    userDefinedMetadata?: object
  }
  const shards = json.weightsManifest.flatMap(({ paths }) => paths)
  const bytes = Buffer.concat(await Promise.all(shards.map((shard) => readFile(join(dirname(path), shard)))))
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
      weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    }),
  )
  return { model, metadata: json.userDefinedMetadata }
}
