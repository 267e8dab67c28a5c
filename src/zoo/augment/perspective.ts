import Type from 'typebox'
import type { AugmentComponent, Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import type { PerspectiveMatrix } from './pixel-ops.ts'
import { probability, sometimes } from './ranges.ts'
import { samplingOptions } from './sampling-options.ts'

const options = Type.Object({
  probability: probability(0.5),
  distortion: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 0.95,
    description: 'How far each corner moves inwards at most, along each axis, as a fraction of half the side.',
  }),
  ...samplingOptions('bilinear'),
})

/** Looks at the image from aside: its corners move inwards. Source: torchvision's RandomPerspective, with corners between pixels. */
export const perspective: AugmentComponent<typeof options.properties> = {
  name: 'perspective',
  summary: 'Random perspective.',
  options,
  create: ({ probability: share, distortion, ...sampling }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.perspective(image, perspectiveMatrix(image, corners(image, distortion, rng)), sampling),
    ),
}

type Point = readonly [x: number, y: number]
type Corners = readonly [topLeft: Point, topRight: Point, bottomRight: Point, bottomLeft: Point]

function corners({ width, height }: RasterImage, distortion: number, rng: Rng): Corners {
  const inwards = (side: number): number => (rng.uniform() * distortion * side) / 2
  return [
    [inwards(width), inwards(height)],
    [width - inwards(width), inwards(height)],
    [width - inwards(width), height - inwards(height)],
    [inwards(width), height - inwards(height)],
  ]
}

/**
 * The matrix that leads from the output, where the image's corners have gone to such places, back to the image.
 * Source: Heckbert 1989, Fundamentals of Texture Mapping and Image Warping, §2.2.3.
 */
export function perspectiveMatrix(
  { width, height }: Pick<RasterImage, 'width' | 'height'>,
  [[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Corners,
): PerspectiveMatrix {
  const [sumX, sumY] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const [dx1, dx2, dy1, dy2] = [x1 - x2, x3 - x2, y1 - y2, y3 - y2]
  const area = dx1 * dy2 - dx2 * dy1
  const g = (sumX * dy2 - dx2 * sumY) / area
  const h = (dx1 * sumY - sumX * dy1) / area
  // From the unit square to the corners, then its adjugate, which leads back.
  const [a, b, c] = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0]
  const [d, e, f] = [y1 - y0 + g * y1, y3 - y0 + h * y3, y0]
  const scale = a * e - b * d
  const back = [e - f * h, c * h - b, b * f - c * e, f * g - d, a - c * g, c * d - a * f, d * h - e * g, b * g - a * h]
  return back.map((value, i) => (value / scale) * (i < 3 ? width : i < 6 ? height : 1)) as unknown as PerspectiveMatrix
}
