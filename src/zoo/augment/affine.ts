import type { RasterImage } from '../raster-image.ts'
import type { AffineMatrix, PixelOps, Sampling } from './pixel-ops.ts'

export interface Transform {
  /** The point that stays in its place, pixels; the image's centre when left out. */
  center?: readonly [x: number, y: number]
  /** Degrees, with the clock. */
  angle?: number
  /** Pixels. */
  translate?: readonly [x: number, y: number]
  scale?: number
  /** Degrees along x and along y. */
  shear?: readonly [x: number, y: number]
}

const RADIANS = Math.PI / 180
const radians = (degrees: number): number => degrees * RADIANS

/**
 * Where the pixels of the transformed image come from: translation · centre · (rotation, shear, scale) · centre⁻¹, inverted.
 * Source: torchvision's `_get_inverse_affine_matrix`.
 */
export function inverseMatrix(
  { width, height }: Pick<RasterImage, 'width' | 'height'>,
  { center = [width * 0.5, height * 0.5], angle = 0, translate = [0, 0], scale = 1, shear = [0, 0] }: Transform,
): AffineMatrix {
  const [turn, shearX, shearY] = [radians(angle), radians(shear[0]), radians(shear[1])]
  const [x, y] = [-center[0] - translate[0], -center[1] - translate[1]]
  const a = Math.cos(turn - shearY) / Math.cos(shearY)
  const b = (-Math.cos(turn - shearY) * Math.tan(shearX)) / Math.cos(shearY) - Math.sin(turn)
  const c = Math.sin(turn - shearY) / Math.cos(shearY)
  const d = (-Math.sin(turn - shearY) * Math.tan(shearX)) / Math.cos(shearY) + Math.cos(turn)
  const [m0, m1, m3, m4] = [d / scale, -b / scale, -c / scale, a / scale]
  return [m0, m1, m0 * x + m1 * y + center[0], m3, m4, m3 * x + m4 * y + center[1]]
}

/** Shifts rows by `x`, and columns by `y`, pixels a pixel from the top left corner: torchvision's ShearX and ShearY. */
export function shear(
  ops: PixelOps,
  image: RasterImage,
  { x = 0, y = 0 }: { x?: number; y?: number },
  sampling: Sampling,
): RasterImage {
  const degrees = (slope: number): number => Math.atan(slope) * (180 / Math.PI)
  const matrix = inverseMatrix(image, { center: [0, 0], shear: [degrees(x), degrees(y)] })
  return ops.affine(image, matrix, sampling)
}

/** Moves by whole pixels: torchvision's TranslateX and TranslateY. */
export function translate(
  ops: PixelOps,
  image: RasterImage,
  { x = 0, y = 0 }: { x?: number; y?: number },
  sampling: Sampling,
): RasterImage {
  return ops.affine(image, inverseMatrix(image, { translate: [Math.trunc(x), Math.trunc(y)] }), sampling)
}

/** Turns by degrees against the clock around the centre: PIL's `rotate`. */
export function rotate(ops: PixelOps, image: RasterImage, degrees: number, sampling: Sampling): RasterImage {
  const { width, height } = image
  const turns = (((degrees % 360) + 360) % 360) / 90
  if (turns === 0 || turns === 2 || (width === height && Number.isInteger(turns)))
    return turns === 0 ? image : ops.quarterTurns(image, turns)
  const [x, y] = [width / 2, height / 2]
  const angle = -radians(((degrees % 360) + 360) % 360)
  const [cos, sin] = [rounded(Math.cos(angle)), rounded(Math.sin(angle))]
  const back = rounded(-Math.sin(angle))
  return ops.affine(image, [cos, sin, cos * -x + sin * -y + x, back, cos, back * -x + cos * -y + y], sampling)
}

/** To 15 decimals, as PIL does so that quarter turns are exact. */
const rounded = (value: number): number => Number(value.toFixed(15))
