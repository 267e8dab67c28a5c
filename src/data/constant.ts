import type { RasterImage } from '../zoo/raster-image.ts'
import { flatten, type Background } from './flatten.ts'

/** Standard deviation of every channel, of 255, below which an image shows nothing but noise. */
const MAX_DEVIATION = 2

/** Whether a uint8 image is one colour, up to faint noise, once it is laid on the ground. */
export function isNearlyConstant(image: RasterImage, background: Background): boolean {
  const { data, channels } = flatten(image, background)
  const pixels = data.length / channels
  for (let c = 0; c < channels; c++) {
    let [sum, squares] = [0, 0]
    for (let at = c; at < data.length; at += channels) {
      sum += data[at]!
      squares += data[at]! ** 2
    }
    if (squares / pixels - (sum / pixels) ** 2 >= MAX_DEVIATION ** 2) return false
  }
  return true
}
