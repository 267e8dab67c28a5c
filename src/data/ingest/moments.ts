import type { RasterImage } from '../../zoo/raster-image.ts'
import { loadImaging, type Imaging } from '../imaging.ts'

/** Sums over the pixels of an image, three channels, and then sums of their squares; a grey image has three equal ones. */
export type Moments = Float64Array

const CHANNELS = 3

/** Standard deviation of every channel, of 255, below which an image shows nothing but noise. */
const MAX_NOISE = 2

let imaging: Imaging | undefined

/** Of a uint8 image of 1 or 3 channels. */
export function momentsOf({ data, width, height, channels }: RasterImage): Moments {
  imaging ??= loadImaging()
  const values = new Float64Array(2 * channels)
  imaging.parameters.set([width, height, channels, values.byteLength, 1, 1])
  imaging.run(imaging.operations.moments, new Uint8Array(values.buffer), data)
  const [sum = 0, second = 0] = values
  return channels === 1 ? Float64Array.of(sum, sum, sum, second, second, second) : values
}

/** Whether an image is one colour, up to faint noise. */
export function isConstant(moments: Moments, pixels: number): boolean {
  for (let c = 0; c < CHANNELS; c++)
    if (moments[CHANNELS + c]! / pixels - (moments[c]! / pixels) ** 2 >= MAX_NOISE ** 2) return false
  return true
}

/** Adds up what mean and standard deviation of a data set are made of. */
export class MomentSum {
  private readonly sums = [0, 0, 0]
  private readonly squares = [0, 0, 0]
  private pixels = 0

  add(moments: Moments, pixels: number): void {
    this.pixels += pixels
    for (let c = 0; c < CHANNELS; c++) {
      this.sums[c]! += moments[c]!
      this.squares[c]! += moments[CHANNELS + c]!
    }
  }

  /** In units of pixel/255, one per channel. */
  statistics(channels: number): { mean: number[]; std: number[] } {
    const mean = this.sums.slice(0, channels).map((sum) => sum / this.pixels / 255)
    const std = this.squares.slice(0, channels).map((square, c) => {
      const variance = square / this.pixels / 255 ** 2 - mean[c]! ** 2
      return Math.max(Math.sqrt(Math.max(0, variance)), 1 / 255)
    })
    return { mean, std }
  }
}
