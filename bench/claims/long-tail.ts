import { accuracy, type SplitLogits } from '../../src/train/evaluate/metrics.ts'
import { difference, percent, type Claim } from './claim.ts'
import { LONG_TAIL } from './data.ts'
import { logitsOf, model } from './runs.ts'
import { SMALL_NET } from './settings.ts'

const STEPS = 800

export const tailSpec = (changed: object = {}): object => ({
  ...SMALL_NET,
  budget: { steps: STEPS },
  schedule: { name: 'linear', learningRate: 0.1 },
  ...changed,
})

/** z − τ·log π. Source: Menon et al. 2021, §4.1, https://arxiv.org/abs/2007.07314. */
function adjusted({ logits, labels, classes }: SplitLogits, counts: readonly number[]): SplitLogits {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const offsets = counts.map((count) => Math.log(Math.max(1, count) / total))
  return { labels, classes, logits: logits.map((value, i) => value - (offsets[i % classes] ?? 0)) }
}

/**
 * Lin et al. 2017 weigh classes in their focal loss (α); so does Cui et al. 2019, by effective numbers. Without weights its gain over cross-entropy
 * is within the deviation between seeds.
 */
export const longTail: Claim = {
  name: 'long-tail',
  seeds: 10,
  title: 'A long tail, evaluated on a balanced test set',
  unit: 'test accuracy, %',
  setting: `imbalance 100 (5,000 to 50 images a class), ${STEPS} steps of 128 images`,
  async show({ engine, runs, data }) {
    const dataset = await data(LONG_TAIL)
    const train = async (name: string, spec: object): Promise<number[]> =>
      percent((await runs.train(`tail-${name}`, dataset, tailSpec(spec))).map(({ report }) => report.accuracy))
    const plainRuns = await runs.train('tail-plain', dataset, tailSpec())
    const plain = percent(plainRuns.map(({ report }) => report.accuracy))
    const posthoc: number[] = []
    for (const [i, run] of plainRuns.entries()) {
      const logits = await logitsOf(engine, model(engine, run, 'best'), dataset)
      posthoc[i] = 100 * accuracy(adjusted(logits, dataset.manifest.classCounts.train))
    }
    const focal = await train('focal', { loss: { name: 'focal', gamma: 2 } })
    const weighted = await train('focal-weighted', {
      loss: { name: 'focal', gamma: 2, classWeights: 'effective-number' },
    })
    const loss = await train('logit-adjusted', { loss: { name: 'logit-adjusted', tau: 1 } })
    const sampled = await train('balanced-sampling', { sampling: 'class-balanced' })
    return {
      rows: [
        { name: 'cross-entropy', values: plain },
        { name: 'focal loss', values: focal },
        { name: 'focal loss, weighted classes', values: weighted },
        { name: 'post-hoc logit adjustment', values: posthoc },
        { name: 'logit-adjusted loss', values: loss },
        { name: 'balanced sampling', values: sampled },
      ],
      gates: [
        { name: 'focal loss, weighted', values: difference(weighted, plain), min: 1.5 },
        { name: 'post-hoc logit adjustment', values: difference(posthoc, plain), min: 5 },
        { name: 'logit-adjusted loss', values: difference(loss, plain), min: 6 },
        { name: 'balanced sampling', values: difference(sampled, plain), min: 8 },
      ],
    }
  },
}
