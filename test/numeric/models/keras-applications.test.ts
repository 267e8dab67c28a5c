import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { importWeights } from '../../../src/train/pretrained/import.ts'
import { buildNet } from '../../../src/train/net/net.ts'
import { openPretrained } from '../../../src/train/pretrained/sources.ts'
import { loadWeights } from '../../../src/train/pretrained/initial-weights.ts'
import { parseLayersModel, readLayersModel } from '../../../src/train/weights/layers-model.ts'
import { writeSafetensors } from '../../../src/train/weights/safetensors.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { kerasDensenet, kerasResnet, saveLayersModel, stir } from '../../helpers/keras-models.ts'

const SIZE = 64
const CLASSES = 7

let engine: Engine
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

/** Pixels of one image, uint8 [64, 64, 3]. */
const pixels = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255)

/** `preprocess_input` of keras.applications. Source: imagenet_utils.py, modes `caffe` and `torch`. */
const preprocess = {
  resnet: (tf: Engine['tf'], x: tfc.Tensor): tfc.Tensor =>
    tf.sub(tf.reverse(x, -1), tf.tensor1d([103.939, 116.779, 123.68])),
  densenet: (tf: Engine['tf'], x: tfc.Tensor): tfc.Tensor =>
    tf.div(tf.sub(tf.div(x, 255), tf.tensor1d([0.485, 0.456, 0.406])), tf.tensor1d([0.229, 0.224, 0.225])),
}

function probabilities(model: LayersModel, family: keyof typeof preprocess): Float32Array {
  const { tf } = engine
  return tf.tidy(() => {
    const image = tf.tensor4d(Float32Array.from(pixels), [1, SIZE, SIZE, 3])
    return (model.predict(preprocess[family](tf, image)) as tfc.Tensor).dataSync() as Float32Array
  })
}

async function asSafetensors(path: string): Promise<string> {
  const shard = (name: string): Promise<Uint8Array> => readFile(join(path, '..', name))
  const tensors = await readLayersModel(parseLayersModel(await readFile(path, 'utf8'), path), shard)
  const named = new Map([...tensors].map(([name, tensor]) => [`${name}:0`, tensor]))
  const file = path.replace('model.json', 'model.safetensors')
  await writeFile(file, writeSafetensors({ metadata: {}, tensors: named }))
  return file
}

/** What a net of the zoo says of the pixels once it has the file's weights. */
async function fromFile(name: string, file: string): Promise<Float32Array> {
  const { tf } = engine
  const weights = (await openPretrained(name, { file }, { cacheDir: '', endpoint: '' }))!
  const net = buildNet(engine, parseSpec({ model: { name, stem: 'imagenet' } }).model!, {
    size: SIZE,
    channels: 3,
    classes: CLASSES,
    seed: 1,
    convention: weights.convention,
    blank: true,
  })
  loadWeights(engine, net, weights, { tap: '' })
  const input = tf.variable(tf.zeros<tfc.Rank.R4>([1, SIZE, SIZE, 3]), false)
  engine.writeImages(input, pixels, weights.image)
  const values = tf.tidy(
    () =>
      tf
        .softmax(net.graph.forward(input as tfc.Tensor as tfc.Tensor4D, { training: false }))
        .dataSync() as Float32Array,
  )
  input.dispose()
  net.dispose()
  return values
}

describe.each([
  ['resnet50', 'resnet', kerasResnet],
  ['densenet121', 'densenet', kerasDensenet],
] as const)('Keras’ %s', (name, family, build) => {
  it('gives Keras’ probabilities for the same pixels, from a layers-model and from safetensors', async () => {
    const original = build(engine.tf, name, { size: SIZE, classes: CLASSES })
    stir(engine.tf, original)
    const expected = probabilities(original, family)
    const json = await saveLayersModel(engine.tf, original, join(folder.path, name))
    original.dispose()
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.01)
    for (const file of [json, await asSafetensors(json)])
      expect(relativeError(await fromFile(name, file), expected)).toBeLessThan(1e-4)
  })
})

describe('an import of Keras’ densenet121', () => {
  it('keeps its classes, ε and the mean and standard deviation of its pixels', async () => {
    const file = join(folder.path, 'densenet121', 'model.safetensors')
    const { info } = await importWeights(
      engine,
      { file },
      {
        model: { name: 'densenet121', stem: 'imagenet' },
        out: join(folder.path, 'checkpoint.safetensors'),
        access: { cacheDir: '', endpoint: '' },
      },
    )
    expect(info.classes).toHaveLength(CLASSES)
    expect(info.convention).toEqual({ padding: 'torch', epsilon: 1.001e-5 })
    expect(info.image).toMatchObject({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] })
  })
})
