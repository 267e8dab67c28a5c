import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as tfc from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { exportModel, reduceWeights, type ExportFormat } from '../../../src/train/export/export.ts'
import { gradCam, heatPng } from '../../../src/train/grad-cam.ts'
import { buildNet } from '../../../src/train/net.ts'
import { openPretrained } from '../../../src/train/pretrained.ts'
import { loadWeights } from '../../../src/train/starting-point.ts'
import type { RasterImage } from '../../../src/zoo/define.ts'
import type { ExportMetadata, ExportPrecision } from '../../../src/train/export/metadata.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { loadLayersModel } from '../../helpers/layers-model.ts'
import { BATCH, CLASSES, trained, type Case, type Trained } from '../../helpers/trained.ts'

const LOAD = fileURLToPath(new URL('../../oracles/torchvision_load.py', import.meta.url))

let engine: Engine
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

let written = 0
async function exported(model: Trained, format: ExportFormat, precision: ExportPrecision = 'float32') {
  const outDir = join(folder.path, String(written++))
  return { outDir, ...(await exportModel(model, { format, precision, outDir })) }
}

/** [N, H, W, C] → [N, C, H, W]. */
const channelsFirst = (images: tfc.Tensor4D): Float32Array =>
  engine.tf.tidy(() => engine.tf.transpose(images, [0, 3, 1, 2]).dataSync() as Float32Array)

async function onnxLogits(path: string, { images }: Trained): Promise<Float32Array> {
  const session = await InferenceSession.create(path)
  const [batch, height, width, channels] = images.shape
  const input = new Tensor('float32', channelsFirst(images), [batch, channels, height, width])
  const { logits } = await session.run({ image: input })
  await session.release()
  return logits?.data as Float32Array
}

async function tfjsLogits(outDir: string, { images }: Trained): Promise<Float32Array> {
  const { model, metadata } = await loadLayersModel(engine.tf, join(outDir, 'model.json'))
  expect((metadata as ExportMetadata).labels).toEqual(CLASSES)
  return (model.predict(images) as tfc.Tensor).dataSync() as Float32Array
}

/** `make test-full`: every family as it is used, with every precision; else small images. */
const FULL = process.env['ANNEAL_TEST_SIZE'] === 'full'

const FULL_SIZE: Case[] = [
  { model: { name: 'resnet20' }, size: 32 },
  { model: { name: 'resnet18', stem: 'imagenet' }, size: 224 },
  { model: { name: 'resnet50', stem: 'imagenet' }, size: 224 },
  { model: { name: 'densenet_bc' }, size: 32 },
  { model: { name: 'densenet121', stem: 'imagenet' }, size: 224 },
  { model: { name: 'efficientnet_b0', strides: 'imagenet' }, size: 224 },
  { model: { name: 'inception_v3', stem: 'imagenet' }, size: 299 },
  { model: { name: 'mobilenet_v2', strides: 'imagenet' }, size: 224 },
]
const SMALL: Case[] = [
  { model: { name: 'resnet20', width: 8 }, size: 20, channels: 1 },
  { model: { name: 'resnet18', stem: 'imagenet' }, size: 40 },
  { model: { name: 'resnet50', stem: 'deep', shortcut: 'average-pool' }, size: 36 },
  { model: { name: 'densenet_bc', depth: 16 }, size: 16 },
  { model: { name: 'densenet121', stem: 'imagenet' }, size: 64 },
  { model: { name: 'efficientnet_b0', strides: 'imagenet' }, size: 64 },
  { model: { name: 'inception_v3', stem: 'imagenet' }, size: 96 },
  { model: { name: 'mobilenet_v2', width: 0.35, strides: 'imagenet' }, size: 64 },
  { model: { name: 'mobilenet_v2', width: 0.35, tap: 'features.11' }, size: 32 },
]
const PRECISIONS: ('float32' | 'float16')[] = FULL ? ['float32', 'float16'] : ['float32']
const FAMILIES = FULL ? FULL_SIZE : SMALL
const title = ({ model }: Case): string => Object.values(model).join(' ')

describe.each(FAMILIES.map((family) => [title(family), family] as const))('%s, exported', (_, family) => {
  let model: Trained
  beforeAll(() => {
    model = trained(engine, family)
  })

  it('as ONNX gives the same logits in onnxruntime', async () => {
    const { outDir } = await exported(model, 'onnx')
    expect(relativeError(await onnxLogits(join(outDir, 'model.onnx'), model), model.logits)).toBeLessThan(1e-4)
  })

  it('as a layers-model gives the same logits in tfjs', async () => {
    const { outDir } = await exported(model, 'tfjs')
    expect(relativeError(await tfjsLogits(outDir, model), model.logits)).toBeLessThan(1e-4)
  })
})

describe.each([
  ['resnet18', { stem: 'imagenet' }, 64, {}],
  ['densenet121', { stem: 'imagenet' }, 64, {}],
  ['efficientnet_b0', { strides: 'imagenet' }, 64, {}],
  ['inception_v3', { stem: 'imagenet' }, 96, { init_weights: false, transform_input: false }],
  ['mobilenet_v2', { strides: 'imagenet' }, 64, {}],
] as const)('%s as safetensors', (name, options, small, torchOptions) => {
  const size = FULL ? (FULL_SIZE.find(({ model }) => model.name === name)?.size ?? small) : small
  it.each(PRECISIONS)('in %s loads in torchvision, strictly, and gives the same logits', async (precision) => {
    const model = trained(engine, { model: { name, ...options }, size })
    const { outDir } = await exported(model, 'safetensors', precision)
    if (precision !== 'float32') reduceWeights(engine, model, precision)
    const expected = model.net.graph.forward(model.images, { training: false }).dataSync() as Float32Array
    const images = join(outDir, 'images.f32')
    await writeFile(images, new Uint8Array(channelsFirst(model.images).buffer))
    const output = execFileSync('/usr/bin/python3', [
      ...[LOAD, name, String(CLASSES.length), join(outDir, 'model.safetensors'), images],
      ...[`${BATCH},3,${size},${size}`, JSON.stringify(torchOptions)],
    ]).toString()
    expect(relativeError(JSON.parse(output) as number[], expected)).toBeLessThan(1e-4)
  })
})

describe('an export as pretrained weights', () => {
  it.each([
    ['tfjs', 'model.json'],
    ['safetensors', 'model.safetensors'],
  ] as const)('in %s brings its own preprocessing, and gives the same logits', async (format, file) => {
    const model = trained(engine, { model: { name: 'mobilenet_v2', width: 0.35 }, size: 32 })
    const { outDir } = await exported(model, format)
    const access = { cacheDir: '', endpoint: '' }
    const weights = (await openPretrained('mobilenet_v2', { file: join(outDir, file) }, access))!
    const { mean, std } = model.info.image
    expect(weights.image).toEqual({ channels: 3, mean, std })
    const net = buildNet(engine, model.info.spec.model, {
      ...{ size: 32, channels: 3, classes: CLASSES.length, seed: 9, convention: weights.convention },
    })
    loadWeights(engine, net, weights, { tap: '' })
    const logits = net.graph.forward(model.images, { training: false }).dataSync() as Float32Array
    expect(relativeError(logits, model.logits)).toBeLessThan(1e-5)
  })
})

describe('Grad-CAM', () => {
  const noise = (size: number): RasterImage => ({
    ...{ width: size, height: size, channels: 3 },
    data: Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * i * 31) % 251),
  })

  it('weights the last maps with the gradient of the class: with one dense layer, with its weights', () => {
    const model = trained(engine, { model: { name: 'resnet18', stem: 'imagenet' }, size: 96 })
    const { heat, height, width, target, seen } = gradCam(engine, model, noise(96), 2)
    expect({ height, width, target }).toEqual({ height: 3, width: 3, target: 2 })
    const { tf } = engine
    const images = tf.variable(tf.zeros([1, 96, 96, 3]), false)
    engine.writeImages(images, seen.data, model.info.image)
    const maps = model.net.graph.split.maps(images as tfc.Tensor as tfc.Tensor4D).dataSync()
    const kernel = model.net.variables.get('fc/kernel')!.dataSync()
    const raw = Array.from({ length: 9 }, (_, i) => {
      let sum = 0
      for (let c = 0; c < 512; c++) sum += maps[i * 512 + c]! * kernel[c * CLASSES.length + 2]!
      return Math.max(0, sum)
    })
    expect(
      relativeError(
        heat,
        raw.map((value) => value / Math.max(...raw)),
      ),
    ).toBeLessThan(1e-4)
  })

  it.each(['densenet121', 'efficientnet_b0', 'inception_v3', 'mobilenet_v2'])(
    '%s: a PNG of what the model saw',
    async (name) => {
      const model = trained(engine, { model: { name }, size: 96 })
      const png = await heatPng(gradCam(engine, model, noise(120)))
      expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 96, height: 96 })
    },
  )
})

const REDUCED: Case[] = FULL
  ? FULL_SIZE
  : [{ model: { name: 'mobilenet_v2', width: 0.35, strides: 'imagenet' }, size: 64 }]

describe.each(REDUCED.map((family) => [title(family), family] as const))('fewer bits of %s', (_, family) => {
  it.each([
    ['float16', 2, 0.02],
    ['uint8', 3.5, 0.5],
  ] as const)(
    '%s: a fraction of the bytes, and the same values in every reader',
    async (precision, smaller, within) => {
      const model = trained(engine, family)
      const size = ({ files }: { files: { sizeBytes: number }[] }): number =>
        files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      const whole = size(await exported(model, 'onnx'))
      const [onnx, tfjs] = [await exported(model, 'onnx', precision), await exported(model, 'tfjs', precision)]
      // The graph itself keeps its bytes, which count in nets of few weights.
      if (model.net.parameters > 400_000) expect(whole / size(onnx)).toBeGreaterThan(smaller * 0.8)
      reduceWeights(engine, model, precision)
      const logits = model.net.graph.forward(model.images, { training: false }).dataSync() as Float32Array
      expect(relativeError(logits, model.logits)).toBeLessThan(within)
      expect(relativeError(logits, model.logits)).toBeGreaterThan(0)
      expect(relativeError(await onnxLogits(join(onnx.outDir, 'model.onnx'), model), logits)).toBeLessThan(1e-4)
      expect(relativeError(await tfjsLogits(tfjs.outDir, model), logits)).toBeLessThan(1e-4)
    },
  )
})

describe('fewer bits', () => {
  it('MobileNetV2 in uint8 is under 5 MB', async () => {
    const model = trained(engine, { model: { name: 'mobilenet_v2', strides: 'imagenet' }, size: 64 })
    const { files } = await exported(model, 'tfjs', 'uint8')
    expect(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(5e6)
  })

  it('safetensors in uint8 are refused, and a folder that exists is left alone', async () => {
    const model = trained(engine, { model: { name: 'resnet20', width: 4 }, size: 8 })
    await expect(exported(model, 'safetensors', 'uint8')).rejects.toMatchObject({ code: 'invalid_request' })
    const { outDir } = await exported(model, 'onnx')
    const before = await readFile(join(outDir, 'model.onnx'))
    await expect(exportModel(model, { format: 'tfjs', precision: 'float32', outDir })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await readFile(join(outDir, 'model.onnx'))).toEqual(before)
  })
})
