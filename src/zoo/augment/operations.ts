import type { RasterImage } from '../raster-image.ts'
import { rotate, shear, translate } from './affine.ts'
import type { PixelOps, Sampling } from './pixel-ops.ts'

type Apply = (ops: PixelOps, image: RasterImage, magnitude: number, sampling: Sampling) => RasterImage

/**
 * The operations that policies are made of, by torchvision's names.
 * Source: Cubuk et al. 2019, Table 6, https://arxiv.org/abs/1805.09501; torchvision's `_apply_op` on PIL images.
 */
export const OPERATIONS = {
  Identity: (_ops, image) => image,
  ShearX: (ops, image, x, sampling) => shear(ops, image, { x }, sampling),
  ShearY: (ops, image, y, sampling) => shear(ops, image, { y }, sampling),
  TranslateX: (ops, image, x, sampling) => translate(ops, image, { x }, sampling),
  TranslateY: (ops, image, y, sampling) => translate(ops, image, { y }, sampling),
  Rotate: (ops, image, degrees, sampling) => rotate(ops, image, degrees, sampling),
  Brightness: (ops, image, change) => ops.brightness(image, 1 + change),
  Color: (ops, image, change) => ops.color(image, 1 + change),
  Contrast: (ops, image, change) => ops.contrast(image, 1 + change),
  Sharpness: (ops, image, change) => ops.sharpness(image, 1 + change),
  Posterize: (ops, image, bits) => ops.posterize(image, Math.trunc(bits)),
  Solarize: (ops, image, threshold) => ops.solarize(image, threshold),
  AutoContrast: (ops, image) => ops.autocontrast(image),
  Equalize: (ops, image) => ops.equalize(image),
  Invert: (ops, image) => ops.invert(image),
} as const satisfies Record<string, Apply>

export type OperationName = keyof typeof OPERATIONS
