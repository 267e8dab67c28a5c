import Type from 'typebox'
import { averagedOption, type TestTimeComponent } from './define.ts'

const options = Type.Object({ average: averagedOption })

export const horizontalFlip: TestTimeComponent<typeof options.properties> = {
  name: 'horizontal-flip',
  summary: 'The image, and the image mirrored left to right.',
  options,
  views: () => 2,
  create:
    (_options, { fit, ops }) =>
    (image, view) =>
      view === 0 ? fit(image) : ops.flipHorizontal(fit(image)),
}
