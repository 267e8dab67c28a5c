import Type from 'typebox'
import type { AveragingComponent } from '../define.ts'

const options = Type.Object({
  start: Type.Number({
    default: 0.75,
    minimum: 0,
    maximum: 1,
    description: 'Fraction of the budget after which averaging starts.',
  }),
  everyEpochs: Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    maximum: 10_000,
    description: 'Epochs between snapshots.',
  }),
  everySteps: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 100_000_000,
    description:
      'Take snapshots at multiples of this many steps instead, e.g. twice the stepsUp of a cyclic schedule for the end of every cycle. 0: by epochs.',
  }),
})

/**
 * Stochastic weight averaging: the first snapshot copies, then avg += (w − avg)/(n + 1); batch norm's statistics are recomputed. At least
 * the last step's weights are taken.
 * Source: Izmailov et al. 2018, §3, https://arxiv.org/abs/1803.05407.
 */
export const swa: AveragingComponent<typeof options.properties> = {
  name: 'swa',
  summary: 'Stochastic weight averaging: the mean of late snapshots.',
  options,
  recomputeBatchNorm: true,
  create({ start, everyEpochs, everySteps }, { totalSteps, stepsPerEpoch }) {
    const every = everySteps === 0 ? Math.max(1, Math.round(everyEpochs * stepsPerEpoch)) : everySteps
    const earliest = Math.max(1, Math.ceil(start * totalSteps))
    const first = Math.min(totalSteps, everySteps === 0 ? earliest : every * Math.ceil(earliest / every))
    return (step) => {
      if (step < first || (step - first) % every !== 0) return 0
      return 1 / (1 + (step - first) / every)
    }
  },
}
