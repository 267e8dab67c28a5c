import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPacked } from '../../../src/data/open.ts'
import { imageSource } from '../../../src/data/packed/image-source.ts'
import type { PackedDataset } from '../../../src/data/packed.ts'
import { createEvaluator } from '../../../src/train/evaluate/evaluator.ts'
import type { SplitLogits } from '../../../src/train/evaluate/metrics.ts'
import { loadModel } from '../../../src/train/predict/trained-model.ts'
import { classFolders } from '../../helpers/archives.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const engine = await torch()
let training: Training
beforeAll(async () => {
  training = await trainingOn(classFolders(3, 30), engine, { ...SMALL_JOB, batchSize: 16, budget: { epochs: 1 } })
  await training.run({}, 'run')
})
afterAll(() => training.remove())

async function evaluated(dataset: PackedDataset, batchSize: number): Promise<SplitLogits> {
  const { net, info, dispose } = loadModel(engine, training.path('run', 'best'))
  const options = { dataset, batchSize, pixels: imageSource(dataset), input: info.image }
  const evaluator = createEvaluator(engine, net.graph, options)
  const logits = await evaluator.run('train')
  evaluator.dispose()
  dispose()
  return logits
}

it('evaluates a split alike in batches of any size', async () => {
  const whole = await evaluated(training.dataset, 500)
  expect(whole.logits).toHaveLength(3 * training.dataset.manifest.counts.train)
  for (const batchSize of [1, 7, 16])
    expect(relativeError((await evaluated(training.dataset, batchSize)).logits, whole.logits)).toBeLessThan(1e-5)
})

it('evaluates a split without images', async () => {
  const empty = openPacked(training.dataset.directory, { classes: ['none of these', 'nor of these', 'nor these'] })
  expect(await evaluated(empty, 16)).toMatchObject({ logits: new Float32Array(0), labels: new Int32Array(0) })
})
