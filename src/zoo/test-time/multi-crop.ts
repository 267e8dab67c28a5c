import Type from 'typebox'
import { CENTER_CROP } from '../augment/resize.ts'
import { averagedOption, type TestTimeComponent } from './define.ts'

/** Where the crops lie, as shares of what is left over. */
const PLACES = [
  [0.5, 0.5],
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const

const options = Type.Object({
  keep: Type.Number({
    default: CENTER_CROP,
    minimum: 0.25,
    maximum: 1,
    description: 'Side of a crop, as a fraction of the shorter side.',
  }),
  flip: Type.Boolean({ default: true, description: 'Also mirror each crop: ten views instead of five.' }),
  average: averagedOption,
})

/**
 * The centre and the four corners.
 * Source: Krizhevsky et al. 2012, §4.1; the pixels are those of torchvision's FiveCrop after Resize.
 */
export const multiCrop: TestTimeComponent<typeof options.properties> = {
  name: 'multi-crop',
  summary: 'Crops of the centre and the four corners, each also mirrored.',
  options,
  views: ({ flip }) => (flip ? 2 : 1) * PLACES.length,
  create({ keep }, { size, ops }) {
    const shorter = Math.round(size / keep)
    return (image, view) => {
      const least = Math.min(image.width, image.height)
      const [width, height] = [image.width, image.height].map((side) => Math.floor((shorter * side) / least)) as [
        number,
        number,
      ]
      const [across, down] = PLACES[view % PLACES.length] ?? PLACES[0]
      const crop = ops.resize(image, {
        region: { x: 0, y: 0, width: image.width, height: image.height },
        width,
        height,
        window: {
          x: Math.round(across * (width - size)),
          y: Math.round(down * (height - size)),
          width: size,
          height: size,
        },
      })
      return view < PLACES.length ? crop : ops.flipHorizontal(crop)
    }
  },
}
