import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPacked } from '../../../src/data/open.ts'
import { imageSource } from '../../../src/data/packed/image-source.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { exportModel } from '../../../src/train/export/export.ts'
import { precisionCost } from '../../../src/train/export/precision-cost.ts'
import { loadModel } from '../../../src/train/predict/trained-model.ts'
import { openSetScores, reportOpenSet, unknownLogits } from '../../../src/train/evaluate/open-set.ts'
import { divideForCheckpoint } from '../../../src/train/evaluate/divide.ts'
import { createEvaluator } from '../../../src/train/evaluate/evaluator.ts'
import { predictImage } from '../../../src/train/predict/predict.ts'
import { longTail } from '../../helpers/long-tail.ts'
import { reportOf, SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const UNKNOWN = 'stripes2'
const HELD_OUT = { openSet: { name: 'threshold', unknownClass: UNKNOWN }, budget: { epochs: 8 } }

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  training = await trainingOn(longTail({ train: [100, 100, 100, 40], heldOut: 40, noise: 0.6 }), engine, SMALL_JOB)
})
afterAll(() => training.remove())

describe('a data set without some of its classes', () => {
  it('has the images of the others, labelled anew, and says where they are', async () => {
    const { dataset } = training
    const names = ['stripes0', 'stripes1', 'stripes3']
    const part = openPacked(dataset.directory, { classes: names })
    expect(part.manifest).toMatchObject({
      classes: names,
      counts: { train: 240, val: 120, test: 120 },
      classCounts: { train: [100, 100, 40] },
    })
    for (const [i, label] of part.labels('test').entries()) {
      expect(await part.fileName('test', i)).toContain(`test/${names[label]}/`)
      const place = part.place('test', i)
      expect(await dataset.fileName('test', place)).toBe(await part.fileName('test', i))
      expect(part.location('test', i)).toEqual(dataset.location('test', place))
    }
    expect(await part.splitHash('test')).not.toBe(await dataset.splitHash('test'))
  })
})

describe('a job that holds a class out', () => {
  it('does not know it, and rejects most of its images', async () => {
    const events = await training.run(HELD_OUT, 'held-out')
    const report = reportOf(events)
    expect(events[0]).toMatchObject({ trainImages: 240, valImages: 120, testImages: 120 })
    expect(report.classes.map(({ name, seen }) => [name, seen! > 0])).toEqual([
      ['stripes0', true],
      ['stripes1', true],
      ['stripes3', true],
    ])
    const { openSet } = report
    expect(openSet).toMatchObject({ known: 120, unknown: 40 })
    expect(openSet!.auroc).toBeGreaterThan(0.7)
    expect(openSet!.rejectedUnknown).toBeGreaterThan(openSet!.rejectedKnown + 0.2)
    expect(openSet!.accuracy).toBeLessThanOrEqual(report.accuracy)
    const { info } = training.checkpoint('held-out', 'best')
    expect(info.classes).toEqual(['stripes0', 'stripes1', 'stripes3'])
    expect(info.openSet).toEqual({ threshold: openSet!.threshold, unknownClass: UNKNOWN })
    for (const { index, file } of report.worst) expect(await training.dataset.fileName('test', index)).toBe(file)
  })

  it('leaves a checkpoint that answers none of these, and is evaluated as the job was', async () => {
    const model = loadModel(engine, training.path('held-out', 'best'))
    const report = reportOf(await training.run(HELD_OUT, 'held-out'))
    const { known, unknown } = divideForCheckpoint(model.info, training.dataset)
    const evaluation = { dataset: known, pixels: imageSource(known), batchSize: 50, input: model.info.image }
    const evaluator = createEvaluator(engine, model.net.graph, evaluation)
    const evaluated = await evaluator.run('test')
    evaluator.dispose()
    const others = await unknownLogits(engine, model.net, { ...evaluation, unknown }, 'test')
    const scores = openSetScores(evaluated, others, model.info)
    const { openSet } = reportOpenSet(model.info.openSet, () => scores)
    for (const name of ['threshold', 'auroc', 'accuracy', 'rejectedKnown', 'rejectedUnknown'] as const)
      expect(openSet![name], name).toBeCloseTo(report.openSet![name]!, 6)
    expect(openSet!.histogram).toEqual(report.openSet!.histogram)

    const options = { top: 3, logits: false, asIs: true }
    let rejected = 0
    for (let i = 0; i < 40; i++) {
      const image = await readPackedImage(training.dataset.directory, {
        split: 'test',
        index: unknown!.place('test', i),
      })
      const prediction = predictImage(model, image, '', options)
      expect(prediction.answer).toBe(prediction.rejected === true ? 'none of these' : prediction.top[0]!.label)
      if (prediction.rejected === true) rejected++
    }
    expect(rejected / 40).toBeCloseTo(openSet!.rejectedUnknown!, 1)

    const outDir = join(training.folder, 'exported')
    await exportModel(model, { format: 'onnx', precision: 'float32', outDir })
    const metadata = JSON.parse(await readFile(join(outDir, 'metadata.json'), 'utf8')) as { threshold: number }
    expect(metadata.threshold).toBe(model.info.openSet!.threshold)
    const cost = await precisionCost(
      engine,
      { path: training.path('held-out', 'best') },
      {
        precision: 'float32' as const,
        directory: training.dataset.directory,
        most: 1000,
      },
    )
    expect(cost).toMatchObject({ images: 120, split: 'test' })
    expect(cost!.original).toBeCloseTo(report.accuracy, 6)
  })

  it('that names no class keeps a share of the known images, and other classes are refused without a threshold', async () => {
    const spec = { openSet: { name: 'threshold', keep: 0.9 }, budget: { epochs: 2 } }
    const { openSet } = reportOf(await training.run(spec, 'keeps'))
    expect(openSet).toMatchObject({ unknown: 0, fMeasure: null })
    expect(openSet!.rejectedKnown).toBeLessThan(0.3)
    await training.run({ budget: { steps: 2 } }, 'closed')
    const { info } = training.checkpoint('closed', 'best')
    expect(info.openSet).toBeUndefined()
    const fewer = { ...info, classes: info.classes.slice(1) }
    expect(() => divideForCheckpoint(fewer, training.dataset)).toThrow('must have these')
    expect(divideForCheckpoint({ ...fewer, openSet: { threshold: 0.5 } }, training.dataset).unknown).toBeDefined()
  })
})
