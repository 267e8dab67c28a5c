import { join } from 'node:path'
import type * as tfc from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPacked } from '../../../src/data/open.ts'
import { imageSource } from '../../../src/data/packed/image-source.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { createForwardPass } from '../../../src/train/evaluate/forward-pass.ts'
import { exportModel } from '../../../src/train/export/export.ts'
import type { Head } from '../../../src/train/net/heads.ts'
import { loadModel } from '../../../src/train/predict/trained-model.ts'
import { buildNet } from '../../../src/train/net/net.ts'
import { predictImage } from '../../../src/train/predict/predict.ts'
import { relativeError } from '../../helpers/engine.ts'
import { longTail } from '../../helpers/long-tail.ts'
import { reportOf, SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'
import { trained } from '../../helpers/trained.ts'

const UNKNOWN = 'stripes2'
const SHARED = { ...SMALL_JOB, calibration: 'none', openSet: { name: 'threshold', unknownClass: UNKNOWN } }
const linear = (learningRate: number) => ({ name: 'linear', learningRate })
const FIRST = { name: 'representation', share: 0.5, schedule: linear(0.1) }
const SECOND = { name: 'open world', share: 0.5, sampling: 'class-aware', loss: 'oltr', schedule: linear(0.05) }
const STAGES = [FIRST, SECOND]

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  training = await trainingOn(longTail({ train: [120, 100, 40, 19], heldOut: 40, noise: 0.5 }), engine, SHARED)
})
afterAll(() => training.remove())

describe('open long-tailed recognition', () => {
  it('trains in two stages on native operations, answers none of these, and says how well by shots', async () => {
    engine.resetFallbacks()
    const events = await training.run({ stages: STAGES, budget: { epochs: 16 } }, 'oltr')
    expect(engine.fallbacks()).toEqual({})
    const { openSet, shots, classes } = reportOf(events)
    expect(classes.map(({ name }) => name)).toEqual(['stripes0', 'stripes1', 'stripes3'])
    expect([shots.many, shots.medium, shots.few].map((group) => group.classes)).toEqual([1, 1, 1])
    expect(shots.few.accuracy).toBeGreaterThan(0.7)
    expect(openSet!.auroc).toBeGreaterThan(0.8)
    expect(openSet!.rejectedUnknown).toBeGreaterThan(openSet!.rejectedKnown + 0.25)
    expect(openSet!.fMeasure).toBeGreaterThan(0.8)

    const { dataset, path } = training
    const model = loadModel(engine, path('oltr', 'best'))
    expect(model.info.head).toEqual({ kind: 'meta-embedding', scale: 16, reach: 'auto', attention: true })
    const unknown = openPacked(dataset.directory, { classes: [UNKNOWN] })
    let rejected = 0
    for (let i = 0; i < 40; i++) {
      const image = await readPackedImage(dataset.directory, { split: 'test', index: unknown.place('test', i) })
      if (predictImage(model, image, '', { top: 1, logits: false, asIs: true }).answer === 'none of these') rejected++
    }
    expect(rejected / 40).toBeCloseTo(openSet!.rejectedUnknown!, 1)
  })

  it('begins with the means of the first stage’s features, and looks up as its classifier decided', async () => {
    const still = { ...SECOND, schedule: { name: 'constant', learningRate: 1e-9 } }
    const spec = { stages: [FIRST, still], budget: { steps: 16 } }
    await training.run(spec, 'begin', { pauseAt: 0.5 })
    const { net, info } = loadModel(engine, training.path('begin', 'last'))
    const known = openPacked(training.dataset.directory, { classes: info.classes })
    const evaluation = { dataset: known, pixels: imageSource(known), batchSize: 50, input: info.image }
    const { width, features } = net.graph.split
    const pass = createForwardPass(engine, features, width, evaluation)
    const rows = await pass.run('train')
    pass.dispose()
    const labels = known.labels('train')
    const means = info.classes.flatMap((_, k) => {
      const own = [...labels.keys()].filter((i) => labels[i] === k)
      return Array.from({ length: width }, (_, d) => own.reduce((sum, i) => sum + rows[i * width + d]!, 0) / own.length)
    })
    await training.run(spec, 'begin')
    const begun = training.weights('begin', 'last')
    expect(relativeError(begun.get('fc.memory/centroids')!, means)).toBeLessThan(1e-4)
    for (const part of ['kernel', 'bias'])
      expect(
        relativeError(begun.get(`fc.memory/memory_${part}`)!, net.variables.get(`fc/${part}`)!.dataSync()),
      ).toBeLessThan(1e-4)
    expect(begun.get('fc.attention/output_kernel')!.every((value) => Math.abs(value) < 1e-4)).toBe(true)
  })

  it('that was interrupted in either stage ends as if it had not been', async () => {
    const spec = { stages: STAGES, budget: { steps: 12 }, averaging: { name: 'ema', decay: 0.9 } }
    await training.run(spec, 'whole')
    for (const pauseAt of [0.25, 0.5, 0.75]) await training.run(spec, 'parts', { pauseAt })
    await training.run(spec, 'parts')
    for (const kind of ['last', 'averaged'])
      expect(training.weights('parts', kind), kind).toEqual(training.weights('whole', kind))
  })

  it('trains with bfloat16, a frozen trunk, micro-batches and mixed images too', async () => {
    const spec = {
      precision: 'bfloat16',
      mix: 'mixup',
      budget: { steps: 16 },
      optimizer: { name: 'sgd', accumulation: 2 },
      stages: [FIRST, { ...SECOND, freeze: 'trunk' }],
    }
    await training.run(spec, 'mixed', { pauseAt: 0.5 })
    const before = training.weights('mixed', 'last')
    expect((await training.run(spec, 'mixed')).at(-1)).toMatchObject({ type: 'succeeded' })
    const after = training.weights('mixed', 'last')
    for (const [name, values] of before) if (!name.startsWith('fc/')) expect(after.get(name), name).toEqual(values)
    expect(Math.max(...after.get('fc.attention/output_kernel')!)).not.toBe(0)
  })

  it('is refused where attention would go on with maps of another size', () => {
    const sizes = (...all: number[]) => all.map((size) => ({ ...SECOND, size }))
    const resolve = (stages: object[]) => resolveSpec({ ...SHARED, stages }, training.dataset.manifest)
    expect(() => resolve(sizes(12, 16))).toThrow(
      expect.objectContaining({
        errors: [{ pointer: '/stages/1/size', detail: 'must be 12, as in the stage whose attention is kept' }],
      }),
    )
    expect(
      resolve(
        [FIRST, ...sizes(12, 12)].map((stage) => ({ ...stage, share: 0.25 })).concat([{ ...SECOND, share: 0.25 }]),
      ).spec.stages,
    ).toHaveLength(4)
  })
})

const HEADS: Head[] = [
  { kind: 'cosine', scale: 30 },
  { kind: 'meta-embedding', scale: 16, reach: 'auto', attention: true },
  { kind: 'meta-embedding', scale: 16, reach: 10, attention: false },
]

describe.each(HEADS)('a $kind head ($attention)', (head) => {
  const model = { name: 'mobilenet_v2', width: 0.35 }

  it('is compiled as it is in layers, and gives the same logits as ONNX', async () => {
    const { tf } = engine
    engine.setPrecision('float32')
    const given = trained(engine, { model, size: 32, head })
    const reference = (given.net.layers.predict(given.images) as tfc.Tensor).dataSync()
    expect(relativeError(given.logits, reference)).toBeLessThan(1e-4)
    const outDir = join(training.folder, `onnx-${JSON.stringify(head).replaceAll(/\W/g, '')}`)
    await exportModel(given, { format: 'onnx', precision: 'float32', outDir })
    const session = await InferenceSession.create(join(outDir, 'model.onnx'))
    const nchw = tf.tidy(() => tf.transpose(given.images, [0, 3, 1, 2]).dataSync() as Float32Array)
    const { logits } = await session.run({ image: new Tensor('float32', nchw, [given.images.shape[0], 3, 32, 32]) })
    await session.release()
    expect(relativeError(logits?.data as Float32Array, given.logits)).toBeLessThan(1e-4)
  })

  it('is refused as tfjs, whose reader has no such layers', async () => {
    const spec = parseSpec({ model }).model!
    const net = buildNet(engine, spec, { size: 32, channels: 3, classes: 4, seed: 1, head })
    const { info } = trained(engine, { model, size: 32, head })
    const outDir = join(training.folder, 'tfjs')
    await expect(exportModel({ info, net }, { format: 'tfjs', precision: 'float32', outDir })).rejects.toThrow(
      `ends in a ${head.kind} head, whose layers tfjs does not have; the formats for it are onnx`,
    )
  })
})
