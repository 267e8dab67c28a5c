import { join } from 'node:path'
import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { buildNet } from '../../../src/train/net/net.ts'
import { openPretrained } from '../../../src/train/pretrained/sources.ts'
import { loadWeights } from '../../../src/train/pretrained/initial-weights.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { loadLayersModel } from '../../helpers/layers-model.ts'
import { writeNsfwModel } from '../../helpers/nsfwjs.ts'

let engine: Engine
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

/** The maps of a layer of the original model, by tfjs alone. */
async function originalMaps(path: string, layer: string, images: tfc.Tensor4D): Promise<Float32Array> {
  const { tf } = engine
  const { model } = await loadLayersModel(tf, path)
  const cut = tf.model({ inputs: model.inputs, outputs: model.getLayer(layer).output })
  return (cut.predict(images) as tfc.Tensor).dataSync() as Float32Array
}

describe.each([
  {
    name: 'mobilenet_v2',
    options: { strides: 'imagenet' },
    size: 224,
    tap: 'features.11',
    layer: 'block_10_project_BN',
  },
  { name: 'mobilenet_v2', options: { strides: 'imagenet' }, size: 224, tap: '', layer: 'out_relu' },
  { name: 'inception_v3', options: { stem: 'imagenet', auxiliary: false }, size: 299, tap: '', layer: 'mixed10' },
] as const)('real weights of Keras’ $name up to $layer', ({ name, options, size, tap, layer }) => {
  it('give the maps that tfjs gives: names, padding, ε and quantisation are theirs', async () => {
    const { tf } = engine
    const path = await writeNsfwModel(name, join(folder.path, name))
    const weights = (await openPretrained(name, { file: path }, { cacheDir: folder.path, endpoint: '' }))!
    const spec = parseSpec({ model: { name, ...options, tap } }).model!
    const net = buildNet(engine, spec, { size, channels: 3, classes: 2, seed: 1, convention: weights.convention })
    loadWeights(engine, net, weights, { tap })
    const images = tf.randomUniform<tfc.Rank.R4>([1, size, size, 3], -1, 1, 'float32', 5)
    const maps = net.graph.split.maps(images)
    const expected = await originalMaps(path, layer, images)
    expect(maps.size).toBe(expected.length)
    expect(relativeError(maps.dataSync(), expected)).toBeLessThan(1e-4)
  })
})
