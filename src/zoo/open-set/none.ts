import Type from 'typebox'
import type { OpenSetComponent } from '../define.ts'

export const none: OpenSetComponent = {
  name: 'none',
  summary: 'Closed set: every image is of a known class.',
  options: Type.Object({}),
}
