import { schedule } from './schedule.ts'

/** Source: Loshchilov and Hutter 2017, §3, https://arxiv.org/abs/1608.03983. */
export const cosine = schedule({
  name: 'cosine',
  summary: 'Cosine decay to zero.',
  properties: {},
  rate:
    ({ learningRate }, { totalSteps }) =>
    (step) =>
      (learningRate * (1 + Math.cos((Math.PI * step) / totalSteps))) / 2,
})
