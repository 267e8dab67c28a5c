import Type from 'typebox'
import type { AveragingComponent } from '../define.ts'

export const none: AveragingComponent = {
  name: 'none',
  summary: 'No averaging.',
  options: Type.Object({}),
  recomputeBatchNorm: false,
  create: () => () => 0,
}
