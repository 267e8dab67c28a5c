import type { PixelOps } from '../augment/pixel-ops.ts'
import type { Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'

export const SEVERITIES = [1, 2, 3, 4, 5] as const
export type Severity = (typeof SEVERITIES)[number]

/**
 * What happens to images in the world, in five severities: it measures a model, and never trains one.
 * Source: Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261, with the constants of CIFAR-10-C for inputs up to 64 pixels, else
 * those of ImageNet-C, whose lengths are for 224 pixels and are scaled to the input's side.
 */
export interface Corruption {
  readonly name: string
  readonly kind: 'noise' | 'blur' | 'weather' | 'digital'
  readonly summary: string
  /** Chooses the constants once; uint8 [H, W, C] of the model's input size → the same. */
  create(severity: Severity, context: CorruptionContext): (image: RasterImage, rng: Rng) => RasterImage
}

export interface CorruptionContext {
  /** Side of the model's input, pixels. */
  size: number
  ops: PixelOps
}

type Five<T> = readonly [T, T, T, T, T]

const SMALL_SIDE = 64
const REFERENCE_SIDE = 224

/** The constants of a severity, for small images or for large ones. */
export const constants = <T>(severity: Severity, size: number, tables: { small: Five<T>; large: Five<T> }): T =>
  tables[size <= SMALL_SIDE ? 'small' : 'large'][severity - 1]!

/** A length in pixels: those for large images are of 224 pixels. */
export const scaled = (length: number, size: number): number =>
  size <= SMALL_SIDE ? length : (length * size) / REFERENCE_SIDE

export const byteOf = (value: number): number => Math.min(255, Math.max(0, Math.round(value)))
