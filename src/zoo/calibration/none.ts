import Type from 'typebox'
import type { CalibrationComponent } from '../define.ts'

export const none: CalibrationComponent = {
  name: 'none',
  summary: 'No calibration: softmax of the logits.',
  options: Type.Object({}),
}
