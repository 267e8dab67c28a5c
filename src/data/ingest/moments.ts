import type { RasterImage } from '../../zoo/raster-image.ts'
import { loadImaging, type Imaging } from '../imaging.ts'

/** Sums over the pixels of an image, three channels; a grey image has three equal ones. */
export interface Moments {
  sums: number[]
  squares: number[]
}

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
  if (channels === 1) return { sums: [sum, sum, sum], squares: [second, second, second] }
  return { sums: [...values.subarray(0, 3)], squares: [...values.subarray(3)] }
}

/** Whether an image is one colour, up to faint noise. */
export const isConstant = ({ sums, squares }: Moments, pixels: number): boolean =>
  sums.every((sum, c) => squares[c]! / pixels - (sum / pixels) ** 2 < MAX_NOISE ** 2)

/** Adds up what mean and standard deviation of a data set are made of. */
export class MomentSum {
  private readonly sums = [0, 0, 0]
  private readonly squares = [0, 0, 0]
  private pixels = 0

  add({ sums, squares }: Moments, pixels: number): void {
    this.pixels += pixels
    for (let c = 0; c < 3; c++) {
      this.sums[c]! += sums[c]!
      this.squares[c]! += squares[c]!
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
