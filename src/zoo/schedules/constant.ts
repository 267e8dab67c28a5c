import { schedule } from './schedule.ts'

export const constant = schedule({
  name: 'constant',
  summary: 'The same rate throughout.',
  properties: {},
  rate:
    ({ learningRate }) =>
    () =>
      learningRate,
})
