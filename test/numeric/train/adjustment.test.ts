import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageSource } from '../../../src/data/packed/image-source.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { shiftAtPrediction, shifted } from '../../../src/train/evaluate/adjust.ts'
import { createEvaluator } from '../../../src/train/evaluate/evaluator.ts'
import { balancedAccuracy, type SplitLogits } from '../../../src/train/evaluate/metrics.ts'
import { loadModel, type TrainedModel } from '../../../src/train/predict/trained-model.ts'
import { predictImage } from '../../../src/train/predict/predict.ts'
import { longTail } from '../../helpers/long-tail.ts'
import { reportOf, SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const COUNTS = [300, 80, 24, 8]
const PREDICT = { top: 4, logits: true, asIs: false }

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  training = await trainingOn(longTail({ train: COUNTS, heldOut: 50 }), engine, SMALL_JOB)
})
afterAll(() => training.remove())

async function evaluated({ net, info }: TrainedModel, split: 'val' | 'test'): Promise<SplitLogits> {
  const { dataset } = training
  const options = { dataset, pixels: imageSource(dataset), batchSize: 50, input: info.image }
  const evaluator = createEvaluator(engine, net.graph, options)
  const result = await evaluator.run(split)
  evaluator.dispose()
  return result
}

describe('logit adjustment', () => {
  it('moves the biases alone, and is better on balanced classes', async ({ skip }) => {
    const plain = reportOf(await training.run({}, 'plain'))
    const events = await training.run({ adjustment: 'logit-adjustment' }, 'adjusted')
    const report = reportOf(events)
    expect(report.balancedAccuracy).toBeGreaterThan(plain.balancedAccuracy + 0.02)
    skip(engine.device.type === 'cuda', 'two runs on a GPU do not end with the same bits')
    const [before, after] = [training.weights('plain', 'best'), training.weights('adjusted', 'best')]
    for (const [name, values] of before)
      if (name !== 'fc/bias') expect(after.get(name), name).toEqual(values)
      else
        values.forEach((value, i) => {
          expect(after.get(name)![i]).toBeCloseTo(value - Math.log(COUNTS[i]! / 412), 5)
        })
    const { info } = training.checkpoint('adjusted', 'best')
    expect(info).toMatchObject({ adjustment: { name: 'logit-adjustment', tau: 1 }, classCounts: COUNTS })
    expect(events.filter((event) => event.type === 'log').at(-1)?.message).toContain('logit-adjustment (tau 1)')
  })

  it('may come at prediction time instead, once', async ({ skip }) => {
    skip(engine.device.type === 'cuda', 'two runs on a GPU do not end with the same bits')
    const [plain, adjusted] = ['plain', 'adjusted'].map((out) => loadModel(engine, training.path(out, 'best'))) as [
      TrainedModel,
      TrainedModel,
    ]
    const late = shifted(await evaluated(plain, 'test'), shiftAtPrediction(plain.info, 1))
    const early = await evaluated(adjusted, 'test')
    late.logits.forEach((value, i) => {
      expect(value).toBeCloseTo(early.logits[i]!, 4)
    })
    const image = await readPackedImage(training.dataset.directory, { split: 'test', index: 3 })
    const { logits, top } = predictImage(plain, image, '', { ...PREDICT, adjustLogits: 1 })
    logits!.forEach((value, i) => {
      expect(value).toBeCloseTo(late.logits[12 + i]!, 4)
    })
    expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6)
    expect(() => predictImage(adjusted, image, '', { ...PREDICT, adjustLogits: 1 })).toThrow('adjusted already')
  })

  it('is not done twice by a run that was cut off behind it', async () => {
    const [best, report] = [training.weights('adjusted', 'best'), training.checkpoint('adjusted', 'best').info]
    const events = await training.run({ adjustment: 'logit-adjustment' }, 'adjusted')
    expect(events.at(-1)?.type).toBe('succeeded')
    expect(training.weights('adjusted', 'best')).toEqual(best)
    expect(training.checkpoint('adjusted', 'best').info).toMatchObject(report)
  })
})

describe('τ-normalisation', () => {
  it('takes the power that is best on validation', async () => {
    const budget = { epochs: 5 }
    await training.run({ budget, adjustment: 'tau-norm' }, 'tau')
    const { tau } = training.checkpoint('tau', 'best').info.adjustment!
    const chosen = await evaluated(loadModel(engine, training.path('tau', 'best')), 'val')
    for (const other of [0, 1]) {
      await training.run({ budget, adjustment: { name: 'tau-norm', tau: other } }, `tau-${other}`)
      const score = balancedAccuracy(await evaluated(loadModel(engine, training.path(`tau-${other}`, 'best')), 'val'))
      expect(balancedAccuracy(chosen), `τ ${tau} over ${other}`).toBeGreaterThanOrEqual(score)
    }
    expect(engine.fallbacks()).toEqual({})
  })

  it.each([
    ['a classifier that is not dense', { loss: 'ldam' }, 100],
    ['a search with no validation images', {}, 0],
  ])('is refused for %s', (_, spec, val) => {
    const { manifest } = training.dataset
    const facts = { ...manifest, counts: { ...manifest.counts, val } }
    expect(() => resolveSpec({ ...SMALL_JOB, ...spec, adjustment: 'tau-norm' }, facts)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/adjustment' })] }),
    )
  })
})
