import Type from 'typebox'
import { schedule } from './schedule.ts'

/** Source: He et al. 2016, §3.4, https://arxiv.org/abs/1512.03385; with milestones as shares, as torch's MultiStepLR. */
export const step = schedule({
  name: 'step',
  summary: 'Step decay at given fractions of the budget.',
  properties: {
    milestones: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
      default: [0.5, 0.75],
      maxItems: 100,
      description: 'Fractions of the budget at which the rate drops.',
    }),
    factor: Type.Number({
      default: 0.1,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Factor at each drop.',
    }),
  },
  rate:
    ({ learningRate, milestones, factor }, { totalSteps }) =>
    (at) =>
      learningRate * factor ** milestones.filter((share) => at >= share * totalSteps).length,
})
