import Type from 'typebox'
import type { AdjustmentComponent } from '../define.ts'

export const none: AdjustmentComponent = {
  name: 'none',
  summary: 'The classifier as trained.',
  options: Type.Object({}),
}
