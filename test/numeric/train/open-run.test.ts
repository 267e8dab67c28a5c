import { afterAll, beforeAll, expect, it } from 'vitest'
import { imageSource } from '../../../src/data/packed/image-source.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { openRun } from '../../../src/train/run/open-run.ts'
import { classFolders } from '../../helpers/archives.ts'
import { SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  const files = Object.entries(classFolders(2, 120))
  // Of the second class every tenth image.
  const few = files.filter(([path], i) => path.startsWith('class0/') || i % 10 === 0)
  training = await trainingOn(Object.fromEntries(few), engine, SMALL_JOB)
})
afterAll(() => training.remove())

it('a run of a known length without a position balances its classes towards its end, as policy search and range test do', async () => {
  const { spec } = resolveSpec(
    { ...SMALL_JOB, batchSize: 16, sampling: 'progressive', budget: { epochs: 10 } },
    training.dataset.manifest,
  )
  const labels = training.dataset.labels('train')
  const pixels = imageSource(training.dataset)
  const { open } = await openRun(spec, { known: training.dataset, unknown: undefined }, { engine, pixels })
  const counts = (epoch: number): number[] =>
    open.sampler(epoch).reduce((sum, index) => ((sum[labels[index] ?? 0]! += 1), sum), [0, 0])
  const [first, last] = [counts(0), counts(9)]
  open.close()
  expect(Math.min(...first) / Math.max(...first)).toBeLessThan(0.3)
  expect(Math.min(...last) / Math.max(...last)).toBeGreaterThan(0.5)
})
