import Type from 'typebox'
import type { TestTimeComponent } from './define.ts'

export const none: TestTimeComponent<Record<never, never>> = {
  name: 'none',
  summary: 'The original image only.',
  options: Type.Object({}),
  views: () => 1,
  create:
    (_options, { fit }) =>
    (image) =>
      fit(image),
}
