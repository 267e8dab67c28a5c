import type { RasterImage } from '../raster-image.ts'

/** Weights of the pixels around each, by rows from the top left; both sides are odd, up to 99. */
export interface Kernel {
  width: number
  height: number
  weights: Float32Array
  /** Added to each sum. */
  offset?: number
}

/** How an operation draws: `seed` has 32 bits, and channels may have draws of their own. */
export interface Drawing {
  perChannel: boolean
  seed: number
}

export interface Fog {
  density: number
  /** Value of the fog itself. */
  light: number
  /** Of the largest clouds, pixels. */
  side: number
  /** Factor from the weight of each octave to the next. */
  roughness: number
  seed: number
}

export interface Particles {
  count: number
  value: number
  opacity: number
  /** Of the farthest and of the nearest, pixels; near ones are rarer. */
  radius: readonly [far: number, near: number]
  /** Lengths, pixels. */
  track: readonly [far: number, near: number]
  /** Degrees with the clock from straight down. */
  angle: number
  /** How far each strays from it, degrees. */
  spread: number
  seed: number
}

/** Operations that degrade or enhance, in terms of `PixelOps`. For filters the outermost pixels go on beyond the image. */
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
  /** Normal noise of standard deviation `sigma`, up to 255: rounded, added, cut off. */
  gaussianNoise(image: RasterImage, noise: { sigma: number } & Drawing): RasterImage
  /** Poisson(v·photons/255)·255/photons, rounded, cut off; photons from 1 to 10,000. */
  shotNoise(image: RasterImage, noise: { photons: number } & Drawing): RasterImage
  /** Replaces a fraction of the values: by 255, so large a share of them as `values` says, and 0; or by any value. */
  impulseNoise(image: RasterImage, noise: { share: number; values: number | 'any' } & Drawing): RasterImage
  /** Overwrites a fraction of the cells of a grid with `fill`. */
  dropout(
    image: RasterImage,
    dropout: { share: number; columns: number; rows: number; fill: number } & Drawing,
  ): RasterImage
  /** OpenCV's CLAHE with 1 to 32 tiles a side and a clip limit up to 1000; of a colour image's luma, whose change is added to every channel. */
  clahe(image: RasterImage, clahe: { clipLimit: number; tiles: number }): RasterImage
  /** Compresses as JPEG with a quality from 1 to 100 and decompresses: what PIL saves and loads. */
  jpeg(image: RasterImage, quality: number): RasterImage
  /** In PIL's HSV: turns the hue by `turn` of the circle, −1 to 1, as torchvision's adjust_hue, and multiplies the saturation. Grey images stay as they are. */
  hueSaturation(image: RasterImage, change: { turn: number; saturation: number }): RasterImage
  /** Light + (v − light)·(1 − density)^(½ + m): m is value noise of up to six octaves from 0 to 1, whose largest clouds have a side of so many pixels. */
  fog(image: RasterImage, fog: Fog): RasterImage
  /** Tracks with round ends laid over the image; the first so many of a row that follows from the seed. */
  particles(image: RasterImage, particles: Particles): RasterImage
}
