import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPacked } from '../../../src/data/open.ts'
import { imageReader, imageSource } from '../../../src/data/packed/image-source.ts'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import type { Report } from '../../../src/evaluation/report.ts'
import { resolveEvaluation } from '../../../src/job-spec/evaluation.ts'
import { createEvaluator } from '../../../src/train/evaluate/evaluator.ts'
import { argMax } from '../../../src/train/evaluate/metrics.ts'
import { loadModel } from '../../../src/train/predict/trained-model.ts'
import { renderPage } from '../../../src/train/report/with-page.ts'
import { measureRobustness } from '../../../src/train/evaluate/robustness.ts'
import { corruptions } from '../../../src/zoo/corruptions/registry.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { classFolders } from '../../helpers/archives.ts'
import { torch } from '../../helpers/engine.ts'
import { reportOf, SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const WANTED = { corruptions: ['impulse-noise', 'contrast'], severities: [1, 5], images: 20 }
const engine = await torch()
let training: Training
let report: Report
beforeAll(async () => {
  training = await trainingOn(classFolders(3, 60), engine, { ...SMALL_JOB, budget: { epochs: 4 }, seed: 3 })
  report = reportOf(await training.run({ evaluation: WANTED }, 'corrupted'))
})
afterAll(() => training.remove())

/** The error on corrupted images of the test split, one by one. */
function errorByHand(name: string, severity: 1 | 5): number {
  const { dataset } = training
  const { info, net } = loadModel(engine, training.path('corrupted', 'best'))
  const { size, channels, mean, std } = info.image
  const { read } = imageReader(imageSource(dataset))
  const ops = nativePixelOps()
  const place = corruptions.findIndex((corruption) => corruption.name === name)
  const corrupt = corruptions[place]!.create(severity, { size, ops })
  const labels = dataset.labels('test')
  const count = Math.min(labels.length, WANTED.images)
  const places = Array.from({ length: count }, (_, i) => Math.floor((i * labels.length) / count))
  const wrong = places.filter((index, i) => {
    const stored = read(dataset.location('test', index))
    const { data } = corrupt(stored, rngFor(3, place, severity, i))
    const input = engine.tf.tidy(() => engine.tf.variable(engine.tf.zeros([1, size, size, channels]), false))
    engine.writeImages(input, data, { mean, std })
    return (
      argMax(net.graph.forward(input as tfc.Tensor as tfc.Tensor4D, { training: false }).dataSync()) !== labels[index]
    )
  })
  return wrong.length / count
}

describe('robustness', () => {
  it('has the error of each corruption and severity, as corrupting image by image gives it', () => {
    const { robustness } = report
    expect(robustness?.corruptions.map(({ name, kind }) => [name, kind])).toEqual([
      ['impulse-noise', 'noise'],
      ['contrast', 'digital'],
    ])
    for (const { name, error, severities } of robustness?.corruptions ?? []) {
      expect(severities.map(({ severity }) => severity)).toEqual([1, 5])
      for (const { severity, error: one } of severities)
        expect(one).toBeCloseTo(errorByHand(name, severity as 1 | 5), 9)
      expect(error).toBeCloseTo(
        severities.reduce((sum, one) => sum + one.error / 2, 0),
        9,
      )
    }
    expect(robustness?.meanError).toBeGreaterThan(robustness?.cleanError ?? 1)
  })

  it('is the same with any number of threads, and another with another seed', async () => {
    const { dataset } = training
    const { info, net } = loadModel(engine, training.path('corrupted', 'best'))
    const evaluation = { dataset, pixels: imageSource(dataset), batchSize: 7, input: info.image }
    const evaluator = createEvaluator(engine, net.graph, evaluation)
    const clean = await evaluator.run('test')
    evaluator.dispose()
    const measure = (seed: number, threads: number) =>
      measureRobustness(engine, net.graph, {
        ...evaluation,
        split: 'test',
        wanted: resolveEvaluation({ ...WANTED, severities: [1, 5], images: 1000 }),
        clean,
        seed,
        threads,
      })
    const [one, three, other] = [await measure(3, 1), await measure(3, 3), await measure(4, 1)]
    expect(three).toEqual(one)
    expect(other?.cleanError).toBe(one?.cleanError)
    expect(other?.corruptions[0]).not.toEqual(one?.corruptions[0])
    expect(other?.corruptions[1]?.severities).toEqual(one?.corruptions[1]?.severities)
  })

  it('is on the page of the report, and absent where it was not asked for', async () => {
    const dataset = openPacked(training.dataset.directory)
    const { spec } = training.checkpoint('corrupted', 'best').info
    expect(await renderPage(report, { dataset, spec })).toContain('Robustness to corruptions')
    const plain = reportOf(await training.run({ budget: { steps: 1 } }, 'plain'))
    expect(plain).not.toHaveProperty('robustness')
    expect(await renderPage(plain, { dataset, spec })).not.toContain('Robustness to corruptions')
  })
})
