import { fitTemperature } from '../../src/train/evaluate/calibration/fit.ts'
import { accuracy, argMax, eachImage, softmax, type SplitLogits } from '../../src/train/evaluate/metrics.ts'
import { reliability } from '../../src/train/evaluate/reliability.ts'
import type { Claim } from './claim.ts'
import { BALANCED } from './data.ts'
import { logitsOf, model } from './runs.ts'
import { SMALL_NET } from './settings.ts'

const EPOCHS = 18

/** Expected calibration error at a temperature, %. */
function calibrationError(split: SplitLogits, t = 1): number {
  const confidence = new Float64Array(split.labels.length)
  const correct: boolean[] = []
  eachImage(split, (logits, label, i) => {
    const predicted = argMax(logits)
    confidence[i] = softmax(logits, t)[predicted] ?? 0
    correct[i] = predicted === label
  })
  return 100 * reliability(confidence, (i) => correct[i] === true).ece
}

/** Guo et al. 2017: a net that was trained long is too sure of itself, and one temperature mends it. */
export const temperature: Claim = {
  name: 'temperature',
  seeds: 7,
  title: 'Temperature scaling',
  unit: 'expected calibration error, %',
  setting: `10,000 images, ${EPOCHS} epochs without augmentation; the last weights, calibrated on 1,000 other images`,
  async show({ engine, runs, data }) {
    const dataset = await data(BALANCED)
    const spec = {
      ...SMALL_NET,
      augment: [],
      budget: { epochs: EPOCHS },
      schedule: { name: 'linear', learningRate: 0.1 },
    }
    const [before, after, changed]: [number[], number[], number[]] = [[], [], []]
    for (const run of await runs.train('temperature', dataset, spec)) {
      const last = model(engine, run, 'last')
      const t = fitTemperature(await logitsOf(engine, last, dataset, 'val'))
      const test = await logitsOf(engine, last, dataset)
      before.push(calibrationError(test))
      after.push(calibrationError(test, t))
      const scaled = { ...test, logits: test.logits.map((value) => value / t) }
      changed.push(-Math.abs(accuracy(scaled) - accuracy(test)))
    }
    return {
      rows: [
        { name: 'before', values: before },
        { name: 'after', values: after },
      ],
      gates: [
        {
          name: 'error before over error after',
          values: before.map((value, i) => value / (after[i] ?? NaN)),
          min: 3,
        },
        { name: 'accuracy, unchanged', values: changed, min: 0 },
      ],
    }
  },
}
