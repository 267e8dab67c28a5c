import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as tfc from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { exportModel, reduceWeights, type ExportFormat } from '../../../src/train/export/export.ts'
import type { ExportMetadata, ExportPrecision } from '../../../src/train/weights/export-metadata.ts'
import { reduce, restore } from '../../../src/train/export/precision.ts'
import { buildNet, writeValues } from '../../../src/train/net/net.ts'
import { openPretrained } from '../../../src/train/pretrained/sources.ts'
import { loadWeights } from '../../../src/train/pretrained/initial-weights.ts'
import { models } from '../../../src/zoo/models/registry.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { loadLayersModel } from '../../helpers/layers-model.ts'
import { openTorchvision, type Torchvision } from '../../helpers/torchvision.ts'
import { BATCH, CLASSES, trained, type Case, type Trained } from '../../helpers/trained.ts'

/** `make test-full`: every model as it is used, with every precision; else small images. */
const FULL = process.env['ANNEAL_TEST_SIZE'] === 'full'
if (FULL) vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 3_600_000 })

let engine: Engine
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let torchvision: Torchvision
beforeAll(async () => {
  torchvision = openTorchvision()
  engine = await torch()
  engine.setPrecision('float32')
  folder = await temporaryFolder()
})
afterAll(async () => {
  await torchvision.close()
  await folder.remove()
})

let written = 0
async function exported(model: Trained, format: ExportFormat, precision: ExportPrecision = 'float32') {
  const outDir = join(folder.path, String(written++))
  const { files } = await exportModel(model, { format, precision, outDir })
  return { outDir, sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

const logitsOf = ({ net, images }: Trained): Float32Array =>
  engine.tf.tidy(() => net.graph.forward(images, { training: false }).dataSync() as Float32Array)

/** [N, H, W, C] → [N, C, H, W]. */
const channelsFirst = (images: tfc.Tensor4D): Float32Array => {
  const planes = engine.tf.transpose(images, [0, 3, 1, 2])
  const values = planes.dataSync() as Float32Array
  planes.dispose()
  return values
}

async function onnxLogits(outDir: string, { images }: Trained): Promise<Float32Array> {
  const session = await InferenceSession.create(join(outDir, 'model.onnx'))
  const [batch, height, width, channels] = images.shape
  const input = new Tensor('float32', channelsFirst(images), [batch, channels, height, width])
  const { logits } = await session.run({ image: input })
  await session.release()
  return logits?.data as Float32Array
}

async function tfjsLogits(outDir: string, { images }: Trained): Promise<Float32Array> {
  const { model, metadata } = await loadLayersModel(engine.tf, join(outDir, 'model.json'))
  expect((metadata as ExportMetadata).labels).toEqual(CLASSES)
  const logits = engine.tf.tidy(() => (model.predict(images) as tfc.Tensor).dataSync() as Float32Array)
  model.dispose()
  return logits
}

/** What makes the same net in torchvision; undefined where it has none. */
function torchvisionOptions({ name, width, tap, stem }: Case['model']): Record<string, unknown> | undefined {
  if (!/^(resnet(18|34|50|101|152)|densenet\d+|efficientnet_b\d|inception_v3|mobilenet_v2)$/.test(name))
    return undefined
  if (tap !== undefined || stem === 'deep') return undefined
  if (name === 'inception_v3') return { init_weights: false, transform_input: false }
  return width === undefined ? {} : { width_mult: width }
}

/** The logits of an export's safetensors, loaded strictly. */
async function torchvisionLogits(outDir: string, { info, images }: Trained, options: object): Promise<number[]> {
  const pixels = join(outDir, 'images.f32')
  await writeFile(pixels, new Uint8Array(channelsFirst(images).buffer))
  const { size, channels } = info.image
  return torchvision.logits({
    model: info.spec.model.name,
    classes: CLASSES.length,
    weights: join(outDir, 'model.safetensors'),
    images: pixels,
    shape: [BATCH, channels, size, size],
    options,
  })
}

/** Sum of the squares of each value. */
const energy = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value ** 2, 0)

/** Length of the difference, relative to that of what is expected. */
const distance = (actual: Float32Array, expected: Float32Array): number =>
  Math.sqrt(energy(actual.map((value, i) => value - expected[i]!)) / energy(expected))

/**
 * How far a precision moves the weights: the relative rounding error of each variable, summed as independent noise. To first order the
 * logits move as far where every layer passes on what it gets; less where residuals go around it, as most do.
 */
function roundingNoise({ net }: Trained, precision: ExportPrecision): number {
  let noise = 0
  for (const variable of net.variables.values()) {
    const own = variable.dataSync() as Float32Array
    const rounded = restore(own, reduce(own, variable.rank, precision))
    let [error, whole] = [0, 0]
    for (let i = 0; i < own.length; i++) {
      error += (rounded[i]! - own[i]!) ** 2
      whole += own[i]! ** 2
    }
    if (whole > 0) noise += error / whole
  }
  return Math.sqrt(noise)
}

/**
 * Measured: 0.1 to 2 times the rounding noise, over the small models below and, at full size, ResNet-18 and 20, DenseNet-BC,
 * EfficientNet-B0 and MobileNetV2.
 */
const MAX_MOVED = 3

const FULL_SIZE: Case[] = models.map(({ name, defaultSize }) => ({
  model: { name },
  size: defaultSize({ ...parseSpec({ model: { name } }).model! }, 224),
}))
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
const title = ({ model, size }: Case): string => `${Object.values(model).join(' ')} at ${size} px`
const FAMILIES = (FULL ? FULL_SIZE : SMALL).map((family) => [title(family), family] as const)

describe.each(FAMILIES)('%s, exported', (_, family) => {
  let model: Trained
  let wholeBytes: number
  beforeAll(() => {
    model = trained(engine, family)
  })
  afterAll(async () => {
    model.net.dispose()
    model.images.dispose()
    await rm(folder.path, { recursive: true })
    await mkdir(folder.path)
  })

  /** That every format gives the logits which the model has now. */
  async function expectSame(logits: Float32Array, from: { onnx: string; tfjs: string; safetensors?: string }) {
    expect(relativeError(await onnxLogits(from.onnx, model), logits), 'ONNX').toBeLessThan(1e-4)
    expect(relativeError(await tfjsLogits(from.tfjs, model), logits), 'tfjs').toBeLessThan(1e-4)
    const options = torchvisionOptions(family.model)
    if (options === undefined || from.safetensors === undefined) return
    const loaded = await torchvisionLogits(from.safetensors, model, options)
    expect(relativeError(loaded, logits), 'torchvision').toBeLessThan(1e-4)
  }

  it('gives the same logits in onnxruntime, in tfjs, and in torchvision where it has the model', async () => {
    const [onnx, tfjs] = [await exported(model, 'onnx'), await exported(model, 'tfjs')]
    const { outDir } = await exported(model, 'safetensors')
    wholeBytes = onnx.sizeBytes
    await expectSame(model.logits, { onnx: onnx.outDir, tfjs: tfjs.outDir, safetensors: outDir })
  })

  it.runIf(FULL || title(family).startsWith('mobilenet_v2')).each([
    ['float16', 2],
    ['uint8', 3.5],
  ] as const)('in %s is a fraction of the bytes, and the same values in every reader', async (precision, smaller) => {
    const own = new Map([...model.net.variables].map(([name, variable]) => [name, variable.dataSync() as Float32Array]))
    const noise = roundingNoise(model, precision)
    const [onnx, tfjs] = [await exported(model, 'onnx', precision), await exported(model, 'tfjs', precision)]
    const reduced =
      precision === 'uint8' ? {} : { safetensors: (await exported(model, 'safetensors', precision)).outDir }
    // The graph itself keeps its bytes, which count in nets of few weights.
    if (model.net.parameters > 400_000) expect(wholeBytes / onnx.sizeBytes).toBeGreaterThan(smaller * 0.8)
    reduceWeights(engine, model, precision)
    try {
      const logits = logitsOf(model)
      expect(distance(logits, model.logits)).toBeLessThan(MAX_MOVED * noise)
      expect(distance(logits, model.logits)).toBeGreaterThan(0)
      await expectSame(logits, { onnx: onnx.outDir, tfjs: tfjs.outDir, ...reduced })
    } finally {
      writeValues(engine, model.net.variables, own)
    }
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
      size: 32,
      channels: 3,
      classes: CLASSES.length,
      seed: 9,
      convention: weights.convention,
    })
    loadWeights(engine, net, weights, { tap: '' })
    const logits = net.graph.forward(model.images, { training: false }).dataSync() as Float32Array
    expect(relativeError(logits, model.logits)).toBeLessThan(1e-5)
  })
})

describe('fewer bits', () => {
  it('MobileNetV2 in uint8 is under 5 MB', async () => {
    const model = trained(engine, { model: { name: 'mobilenet_v2', strides: 'imagenet' }, size: 64 })
    expect((await exported(model, 'tfjs', 'uint8')).sizeBytes).toBeLessThan(5e6)
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
