import { schedule } from './schedule.ts'

export const constant = schedule({
  name: 'constant',
  summary: 'Constant learning rate.',
  properties: {},
  rate:
    ({ learningRate }) =>
    () =>
      learningRate,
})
