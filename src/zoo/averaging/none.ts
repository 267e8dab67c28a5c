import Type from 'typebox'
import type { AveragingComponent } from '../define.ts'

export const none: AveragingComponent = {
  name: 'none',
  summary: 'The weights of the last step.',
  options: Type.Object({}),
  recomputeBatchNorm: false,
  create: () => () => 0,
}
