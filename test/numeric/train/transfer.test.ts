import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../../src/data/ingest.ts'
import { imagePipeline } from '../../../src/data/batch.ts'
import { openPacked } from '../../../src/data/open.ts'
import { imageSource } from '../../../src/data/packed/image-source.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import type { PackedDataset } from '../../../src/data/packed.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { readCheckpoint, roleValues } from '../../../src/train/checkpoint/checkpoint.ts'
import { createEvaluator } from '../../../src/train/evaluate/evaluator.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { fit } from '../../../src/train/fit.ts'
import { importWeights } from '../../../src/train/pretrained/import.ts'
import { loadModel } from '../../../src/train/predict/trained-model.ts'
import { buildNet } from '../../../src/train/net/net.ts'
import {
  floats,
  floatTensor,
  readSafetensors,
  writeSafetensors,
  type StoredTensor,
} from '../../../src/train/weights/safetensors.ts'
import { classFolders, temporaryFolder, writeZip } from '../../helpers/archives.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { oracle, under } from '../../helpers/torchvision.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let dataset: PackedDataset
let engine: Engine
/** torchvision's resnet18 with random weights and ten classes. */
let weightsFile: string
let weights: Map<string, StoredTensor>
beforeAll(async () => {
  engine = await torch()
  folder = await temporaryFolder()
  await ingest(await writeZip(join(folder.path, 'data.zip'), classFolders(3, 40)), join(folder.path, 'packed'))
  dataset = openPacked(join(folder.path, 'packed'))
  weights = under(oracle('resnet18', 64, 8), 'model.')
  weightsFile = join(folder.path, 'resnet18.safetensors')
  await writeFile(weightsFile, writeSafetensors({ metadata: {}, tensors: weights }))
})
afterAll(() => folder.remove())

let runs = 0
async function run(
  model: object,
  spec: object = {},
): Promise<{ events: TrainEvent[]; path: string; values: Map<string, Float32Array> }> {
  const outDir = join(folder.path, String(runs++))
  const resolution = resolveSpec(
    {
      model: { name: 'resnet18', ...model },
      image: { size: 32 },
      batchSize: 16,
      precision: 'float32',
      budget: { epochs: 1 },
      augment: [],
      schedule: { name: 'linear', learningRate: 0.01 },
      ...spec,
    },
    dataset.manifest,
  )
  const events: TrainEvent[] = []
  for await (const event of fit(resolution, dataset, {
    engine,
    outDir,
    signal: new AbortController().signal,
    now: () => performance.now(),
    weights: { cacheDir: join(folder.path, 'cache'), endpoint: 'http://127.0.0.1:1' },
  }))
    events.push(event)
  expect(events.at(-1)?.type).toBe('succeeded')
  const path = join(outDir, 'checkpoints', 'last.safetensors')
  return { events, path, values: roleValues(readCheckpoint(path), 'model') }
}

const message = (events: TrainEvent[]): string =>
  events.flatMap((event) => (event.type === 'log' ? [event.message] : [])).join('\n')
const initial = (name: string): Float32Array => {
  const { data } = weights.get(name)!
  return new Float32Array(new Uint8Array(data).buffer)
}

describe('training from weights of torchvision', () => {
  it('with a frozen trunk moves the head alone, which starts anew', async () => {
    const { events, path, values } = await run({ pretrained: { file: weightsFile }, freeze: 'trunk' })
    expect(message(events)).toMatch(/^Starts from .*resnet18\.safetensors.*re-initialised: fc\/kernel, fc\/bias\.$/m)
    for (const part of ['gamma', 'beta', 'moving_mean', 'moving_variance'] as const) {
      const stored = { gamma: 'weight', beta: 'bias', moving_mean: 'running_mean', moving_variance: 'running_var' }[
        part
      ]
      expect(values.get(`layer4.1.bn2/${part}`)).toEqual(initial(`layer4.1.bn2.${stored}`))
    }
    const { image, classes } = readCheckpoint(path).info
    expect(classes).toHaveLength(3)
    expect(image).toEqual({
      size: 32,
      channels: 3,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      background: 'black',
      workingSize: 256,
    })
  })

  it('computes the features of a frozen trunk once, with the same result as if it did not', async () => {
    const model = { pretrained: { file: weightsFile }, freeze: 'trunk' }
    const cached = await run(model, { budget: { epochs: 3 } })
    const never = [{ name: 'horizontal-flip', probability: 0 }]
    const plain = await run(model, { budget: { epochs: 3 }, augment: never })
    expect(message(cached.events)).toContain('their 512 features are computed once')
    expect(message(plain.events)).not.toContain('computed once')
    expect(relativeError(cached.values.get('fc/kernel')!, plain.values.get('fc/kernel')!)).toBeLessThan(1e-4)
    const accuracyOf = (events: TrainEvent[]): unknown =>
      events.flatMap((event) => (event.type === 'succeeded' ? [(event.report as { accuracy: number }).accuracy] : []))
    expect(accuracyOf(cached.events)).toEqual(accuracyOf(plain.events))
  })

  it('adapts the statistics of frozen norms to the images, once, and keeps them', async () => {
    const model = { pretrained: { file: weightsFile }, freeze: 'trunk', batchNorm: 'adapt' }
    const [once, longer] = [await run(model), await run(model, { budget: { epochs: 2 } })]
    const { tf } = engine
    const { mean, std } = readCheckpoint(once.path).info.image
    const prepare = imagePipeline({ size: 32, channels: 3, seed: 0, augment: [] })
    const images: Uint8Array[] = []
    for (let i = 0; i < dataset.manifest.counts.train; i++)
      images.push(
        Uint8Array.from(prepare(await readPackedImage(dataset.directory, { split: 'train', index: i }), 0, 0).data),
      )
    const expected = tf.tidy(() => {
      const pixels = tf.div(tf.tensor4d(Buffer.concat(images), [images.length, 32, 32, 3], 'float32'), 255)
      const input = tf.div<tfc.Tensor4D>(tf.sub(pixels, mean), std)
      const { shape, data } = weights.get('conv1.weight')!
      const filters = tf.transpose(
        tf.tensor4d(floats({ dtype: 'F32', data }), shape as [number, number, number, number]),
        [2, 3, 1, 0],
      )
      return tf.mean(tf.conv2d(input, filters, 2, 3), [0, 1, 2]).dataSync() as Float32Array
    })
    const found = once.values.get('bn1/moving_mean')!
    // An epoch leaves out what does not fill a batch.
    expect(relativeError(found, expected)).toBeLessThan(0.02)
    expect(relativeError(initial('bn1.running_mean'), expected)).toBeGreaterThan(0.2)
    for (const name of ['bn1/moving_mean', 'layer4.1.bn2/moving_variance'])
      expect(longer.values.get(name)).toEqual(once.values.get(name))
    expect(once.values.get('bn1/gamma')).toEqual(initial('bn1.weight'))
  })

  it('evaluates in bfloat16 by the filters that it trains with, bit for bit', async () => {
    const { tf } = engine
    const [count, shape] = [dataset.manifest.counts.train, { size: 32, channels: 3 }]
    const { model } = parseSpec({ model: { name: 'resnet18' } })
    const { graph, dispose } = buildNet(engine, model!, { ...shape, classes: 3, seed: 1, freezeNorms: true })
    for (const [name, variable] of graph.trainable)
      if (name.endsWith('/gamma')) engine.write(variable, new Float32Array(variable.size).fill(0.7))
    const normalisation = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.2] }
    engine.setPrecision('bfloat16')
    const evaluator = createEvaluator(engine, graph, {
      dataset,
      pixels: imageSource(dataset),
      batchSize: count,
      input: { ...shape, ...normalisation },
    })
    const { logits } = await evaluator.run('train')
    const prepare = imagePipeline({ ...shape, seed: 0, augment: [] })
    const pixels: Uint8Array[] = []
    for (let index = 0; index < count; index++)
      pixels.push(
        Uint8Array.from(prepare(await readPackedImage(dataset.directory, { split: 'train', index }), 0, 0).data),
      )
    const images = tf.variable(tf.zeros<tfc.Rank.R4>([count, 32, 32, 3]), false)
    engine.writeImages(images, Buffer.concat(pixels), normalisation)
    const trained = graph.forward(images as tfc.Tensor as tfc.Tensor4D, { training: true }).dataSync()
    engine.setPrecision('float32')
    expect(logits).toEqual(trained)
    evaluator.dispose()
    dispose()
  })

  it('frozen up to a stage moves what comes behind it', async () => {
    const { values } = await run({ pretrained: { file: weightsFile }, freeze: 'layer2', batchNorm: 'train' })
    for (const name of ['bn1', 'layer1.0.bn1', 'layer2.1.bn2']) {
      expect(values.get(`${name}/gamma`)).toEqual(initial(`${name}.weight`))
      expect(values.get(`${name}/moving_mean`)).toEqual(initial(`${name}.running_mean`))
    }
    expect(values.get('layer3.0.bn1/gamma')).not.toEqual(initial('layer3.0.bn1.weight'))
    expect(values.get('layer3.0.bn1/moving_mean')).not.toEqual(initial('layer3.0.bn1.running_mean'))
  })

  it('keeps the statistics of batch norms in small batches, unless told otherwise', async () => {
    const kept = await run({ pretrained: { file: weightsFile } }, { batchSize: 8, budget: { steps: 2 } })
    expect(kept.values.get('bn1/moving_mean')).toEqual(initial('bn1.running_mean'))
    expect(kept.values.get('bn1/gamma')).not.toEqual(initial('bn1.weight'))
    const moved = await run(
      { pretrained: { file: weightsFile }, batchNorm: 'train' },
      { batchSize: 8, budget: { steps: 2 } },
    )
    expect(moved.values.get('bn1/moving_mean')).not.toEqual(initial('bn1.running_mean'))
  })

  it('moves early stages less and the head more, as the rates say', async () => {
    const step = { budget: { steps: 1 }, optimizer: { name: 'sgd', momentum: 0, weightDecay: 0 } }
    const model = { pretrained: { file: weightsFile }, batchNorm: 'frozen' }
    const once = { ...step, schedule: { name: 'constant', learningRate: 0.01 } }
    const plain = await run(model, once)
    const scaled = await run({ ...model, layerDecay: 0.5, headRate: 3 }, once)
    const moved = (values: Map<string, Float32Array>, name: string): Float32Array =>
      values.get(`${name}/beta`)!.map((value, i) => value - initial(`${name}.bias`)[i]!)
    for (const [name, factor] of [
      ['layer4.1.bn2', 1],
      ['layer3.1.bn2', 0.5],
      ['layer1.0.bn1', 0.125],
    ] as const) {
      const expected = moved(plain.values, name).map((value) => value * factor)
      expect(relativeError(moved(scaled.values, name), expected, 1e-6)).toBeLessThan(1e-2)
    }
  })

  it('may put the head behind a stage', async () => {
    const { values } = await run({ pretrained: { file: weightsFile }, freeze: 'trunk', tap: 'layer2' })
    expect([...values.keys()].filter((name) => name.startsWith('layer3'))).toEqual([])
    expect(values.get('fc/kernel')).toHaveLength(128 * 3)
  })

  it('goes on from a checkpoint, whose head and preprocessing it keeps', async () => {
    const first = await run({ pretrained: { file: weightsFile }, freeze: 'trunk' })
    const second = await run(
      { pretrained: { checkpoint: first.path }, freeze: 'trunk' },
      { budget: { steps: 1 }, schedule: { name: 'constant', learningRate: 1e-9 } },
    )
    expect(message(second.events)).not.toContain('anew')
    const [before, after] = [first.values.get('fc/kernel')!, second.values.get('fc/kernel')!]
    expect(Math.max(...after.map((value, i) => Math.abs(value - before[i]!)))).toBeLessThan(1e-6)
    expect(readCheckpoint(second.path).info.image.mean).toEqual([0.485, 0.456, 0.406])
  })
})

describe('a checkpoint from weights of torchvision', () => {
  const access = { cacheDir: '/nowhere', endpoint: 'http://127.0.0.1:1' }

  it('gives the logits that torchvision gave', async () => {
    const out = join(folder.path, 'imported.safetensors')
    const classes = Array.from({ length: 10 }, (_, i) => `class ${i}`)
    const { info } = await importWeights(engine, { file: weightsFile }, { model: 'resnet18', classes, out, access })
    expect(info).toMatchObject({ classes, image: { size: 224, channels: 3, mean: [0.485, 0.456, 0.406] } })
    const { net } = loadModel(engine, out)
    const tensors = oracle('resnet18', 64, 8)
    const images = engine.tf.tensor4d(floats(tensors.get('images')!), [8, 64, 64, 3])
    const logits = net.graph.forward(images, { training: false })
    expect(relativeError(logits.dataSync(), floats(tensors.get('eval.logits')!))).toBeLessThan(2e-5)
  })

  it('wants as many names as the head has outputs', async () => {
    const out = join(folder.path, 'none.safetensors')
    await expect(
      importWeights(engine, { file: weightsFile }, { model: 'resnet18', classes: ['one'], out, access }),
    ).rejects.toMatchObject({ code: 'class_count_mismatch' })
  })
})

describe('weights that do not fit', () => {
  it('are refused with every name in one error', async () => {
    const wrong = new Map(weights)
    wrong.delete('layer1.0.conv1.weight')
    wrong.set('layer1.0.conv2.weight', floatTensor([1, 1, 3, 3], new Float32Array(9)))
    wrong.set('extra.weight', floatTensor([1], new Float32Array(1)))
    const file = join(folder.path, 'wrong.safetensors')
    await writeFile(file, writeSafetensors({ metadata: {}, tensors: wrong }))
    await expect(run({ pretrained: { file } })).rejects.toMatchObject({
      code: 'weights_invalid',
      message: expect.stringMatching(
        /layer1\.0\.conv1\.weight is missing; layer1\.0\.conv2\.weight has shape \[1, 1, 3, 3\].*; extra\.weight is not part of the model/,
      ) as string,
    })
  })

  it('and stages and sources that there are not', async () => {
    await expect(run({ freeze: 'layer9' })).rejects.toMatchObject({
      code: 'invalid_spec',
      errors: [{ pointer: '/model/freeze', detail: expect.stringContaining('layer4') as string }],
    })
    await expect(run({ name: 'resnet20', pretrained: 'imagenet' })).rejects.toMatchObject({
      errors: [{ pointer: '/model/pretrained', detail: expect.stringContaining('resnet50') as string }],
    })
    await expect(run({ pretrained: 'imagenet' })).rejects.toMatchObject({
      code: 'weights_unavailable',
      message: expect.stringContaining('timm/resnet18.a1_in1k/resolve/main/config.json') as string,
    })
    await expect(run({ pretrained: { file: join(folder.path, 'none') } })).rejects.toMatchObject({
      code: 'weights_unavailable',
    })
  })
})

describe('a file of safetensors', () => {
  it('reads what it wrote', () => {
    const { tensors } = readSafetensors(writeSafetensors({ metadata: {}, tensors: weights }), 'test')
    expect([...tensors.keys()]).toEqual([...weights.keys()])
  })
})
