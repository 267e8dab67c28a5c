import { schedule } from './schedule.ts'

/** lr·(1 − t/T): the last step has lr/T. Source: Li et al. 2020, “Budgeted Training”, https://arxiv.org/abs/1905.04753. */
export const linear = schedule({
  name: 'linear',
  summary: 'Linear decay to zero.',
  properties: {},
  rate:
    ({ learningRate }, { totalSteps }) =>
    (step) =>
      learningRate * (1 - step / totalSteps),
})
