import type { RasterImage } from '../define.ts'

/** Weights of the pixels around each, by rows from the top left; both sides are odd, up to 99. */
export interface Kernel {
  width: number
  height: number
  weights: Float32Array
  /** Added to each sum. */
  offset?: number
}

/** Operations that blur and sharpen, in terms of `PixelOps`: beyond the image its outermost pixels go on. */
export interface EffectOps {
  /** PIL's BoxBlur: averages of 2·radius + 1 pixels each way, radius up to 1000 pixels; need not be whole. */
  boxBlur(image: RasterImage, radius: number): RasterImage
  /** PIL's GaussianBlur, of standard deviation `sigma`, up to 1000 pixels: three passes of a box. */
  gaussianBlur(image: RasterImage, sigma: number): RasterImage
  /** PIL's MedianFilter: the middle value of a square with an odd side up to 15 pixels, a channel. */
  medianBlur(image: RasterImage, side: number): RasterImage
  /** PIL's UnsharpMask: `percent` of what a Gaussian blur takes away is added, where that is more than `threshold`. */
  unsharpMask(image: RasterImage, mask: { sigma: number; percent: number; threshold: number }): RasterImage
  /** Σ weight·pixel + offset, in float32, rounded once; but for the border as PIL's Kernel, whose rows go from the bottom up. */
  convolve(image: RasterImage, kernel: Kernel): RasterImage
}
