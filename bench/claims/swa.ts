import { checkpointPath } from '../../src/train/run/checkpoint-files.ts'
import { readCheckpoint, roleValues } from '../../src/train/checkpoint/checkpoint.ts'
import { accuracy } from '../../src/train/evaluate/metrics.ts'
import { writeValues } from '../../src/train/net/net.ts'
import { difference, percent, type Claim } from './claim.ts'
import { BALANCED } from './data.ts'
import { logitsOf, model } from './runs.ts'
import { SMALL_NET } from './settings.ts'

const EPOCHS = 12

/** Izmailov et al. 2018: the mean of weights that wander at a constant rate beats the last of them, once their statistics are recomputed. */
export const swa: Claim = {
  name: 'swa',
  seeds: 6,
  title: 'Stochastic weight averaging at a constant rate',
  unit: 'test accuracy, %',
  setting: `10,000 images, ${EPOCHS} epochs at the rate 0.1, averaged over the last half`,
  async show({ engine, runs, data }) {
    const dataset = await data(BALANCED)
    const spec = {
      ...SMALL_NET,
      budget: { epochs: EPOCHS },
      schedule: { name: 'constant', learningRate: 0.1 },
      averaging: { name: 'swa', start: 0.5, everyEpochs: 0.5 },
    }
    const finished = await runs.train('swa', dataset, spec)
    const averaged = percent(finished.map(({ report }) => report.accuracy))
    const [last, stale]: [number[], number[]] = [[], []]
    for (const run of finished) {
      const net = model(engine, run, 'last')
      last.push(100 * accuracy(await logitsOf(engine, net, dataset)))
      const average = roleValues(readCheckpoint(checkpointPath(run.outDir, 'last')), 'average/swa')
      writeValues(engine, net.net.graph.trainable, average)
      stale.push(100 * accuracy(await logitsOf(engine, net, dataset)))
    }
    return {
      rows: [
        { name: 'last weights', values: last },
        { name: 'averaged, old statistics', values: stale },
        { name: 'averaged, statistics recomputed', values: averaged },
      ],
      gates: [
        { name: 'averaged over last', values: difference(averaged, last), min: 2 },
        { name: 'recomputed over old statistics', values: difference(averaged, stale), min: 2 },
      ],
    }
  },
}
