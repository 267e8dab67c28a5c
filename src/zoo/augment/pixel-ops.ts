import type { RasterImage } from '../raster-image.ts'
import type { EffectOps } from './effect-ops.ts'

/** A rectangle, in whole pixels. */
export interface Region {
  x: number
  y: number
  width: number
  height: number
}

export interface Resize {
  /** Part of the image that is resized as if there were nothing around it. */
  region: Region
  /** Size that the region gets. */
  width: number
  height: number
  /** Part of the result that is made. */
  window: Region
}

/** A value from 0 to 255 for every channel, or one a channel. */
export type Fill = number | readonly number[]

/** [a, b, c, d, e, f]: the pixel at (x, y) comes from (a·x + b·y + c, d·x + e·y + f). */
export type AffineMatrix = readonly [number, number, number, number, number, number]

/** [a, b, c, d, e, f, g, h]: the pixel at (x, y) comes from ((a·x + b·y + c) / w, (d·x + e·y + f) / w) with w = g·x + h·y + 1. */
export type PerspectiveMatrix = readonly [number, number, number, number, number, number, number, number]

/** What is around an image: its outermost pixels, or the image mirrored, with the outermost pixels once (reflect) or twice (symmetric). */
export type Border = 'edge' | 'reflect' | 'symmetric'

export type Interpolation = 'nearest' | 'bilinear'

/** How geometric operations take their pixels. */
export interface Sampling {
  interpolation: Interpolation
  /** What comes from outside of the image. */
  fill: Fill
}

/**
 * Operations on pixels, uint8 [H, W, C] with 1 or 3 channels. Each leaves its input as it is and gives a new image, whose memory is the
 * operations' own: in a pipeline it is valid until the pipeline takes the next image. "PIL's" means every byte of Pillow 9.4, for modes L and RGB.
 * @throws AppError `invalid_request` for parameters outside of what an operation takes.
 */
export interface PixelOps extends EffectOps {
  /** Mirrors left to right. */
  flipHorizontal(image: RasterImage): RasterImage
  /** Mirrors top to bottom. */
  flipVertical(image: RasterImage): RasterImage
  /** Turns against the clock, 1 to 3 times by 90°. */
  quarterTurns(image: RasterImage, turns: number): RasterImage
  /** A region that may reach outside of the image, where pixels are `fill` (0 when left out). */
  crop(image: RasterImage, region: Region, fill?: number): RasterImage
  /** Resamples with an antialiased triangle filter: PIL's `resize` with BILINEAR. */
  resize(image: RasterImage, resize: Resize): RasterImage
  /** PIL's `transform` with AFFINE, in place. */
  affine(image: RasterImage, matrix: AffineMatrix, sampling: Sampling): RasterImage
  /** A region that may reach outside of the image, where its border goes on: torchvision's `pad`. */
  pad(image: RasterImage, region: Region, border: Border): RasterImage
  /** PIL's `transform` with PERSPECTIVE, in place. */
  perspective(image: RasterImage, matrix: PerspectiveMatrix, sampling: Sampling): RasterImage
  /**
   * Moves each pixel by a random field that is smooth: noise under a Gaussian of standard deviation `sigma`, as three passes of a box, with root mean
   * square `displacement` along each axis, both in pixels. The field goes on at its other side, so that borders move as much as the middle does.
   */
  elastic(
    image: RasterImage,
    field: { sigma: number; displacement: number; seed: number },
    sampling: Sampling,
  ): RasterImage
  /** 255 − v. */
  invert(image: RasterImage): RasterImage
  /** PIL's: keeps the first `bits` bits, 0 to 8. */
  posterize(image: RasterImage, bits: number): RasterImage
  /** PIL's: inverts values from `threshold` on. */
  solarize(image: RasterImage, threshold: number): RasterImage
  /** Replaces each value by the table's: uint8 [256], or [channels, 256]. */
  lookup(image: RasterImage, table: Uint8Array): RasterImage
  /** PIL's, without cut-off: stretches each channel to 0 to 255. */
  autocontrast(image: RasterImage): RasterImage
  /** PIL's: flattens each channel's histogram. */
  equalize(image: RasterImage): RasterImage
  /** PIL's enhancement: 0 is black, 1 the image. */
  brightness(image: RasterImage, factor: number): RasterImage
  /** PIL's enhancement: 0 is grey, 1 the image. A grey image stays as it is. */
  color(image: RasterImage, factor: number): RasterImage
  /** PIL's enhancement: 0 is the mean grey, 1 the image. */
  contrast(image: RasterImage, factor: number): RasterImage
  /** PIL's enhancement: 0 is smoothed, 1 the image. */
  sharpness(image: RasterImage, factor: number): RasterImage
  /** PIL's luma in every channel. */
  grayscale(image: RasterImage): RasterImage
  /** PIL's luma, or the grey value three times. */
  withChannels(image: RasterImage, channels: number): RasterImage
  /** One pixel: the mean of each channel, rounded. */
  mean(image: RasterImage): RasterImage
  /** Overwrites up to 12 rectangles with `fill`. */
  erase(image: RasterImage, regions: readonly Region[], fill: Fill): RasterImage
  /** Overwrites up to 12 rectangles with values drawn uniformly from 0 to 255, which follow from `seed`, 32 bits. */
  eraseWithNoise(image: RasterImage, regions: readonly Region[], seed: number): RasterImage
  /** Σ weight·image over up to 13 images of one size, in float32, rounded once; weights from 0, of sum 1. */
  mix(images: readonly RasterImage[], weights: readonly number[]): RasterImage
}
