import type { RasterImage } from '../zoo/raster-image.ts'
import { loadImaging, type Imaging } from './imaging.ts'

let imaging: Imaging | undefined
const result = new BigUint64Array(1)
const resultBytes = new Uint8Array(result.buffer)

/**
 * The DCT hash of a uint8 image of 1 or 3 channels (pHash): the signs, around their median, of the 8×8 lowest frequencies without the constant
 * ones, of the image as 32×32 grey. Images that were compressed again or resized differ in a few of the 64 bits.
 * @returns 0n for an image that shows (almost) nothing.
 */
export function perceptualHash({ data, width, height, channels }: RasterImage): bigint {
  imaging ??= loadImaging()
  const { parameters } = imaging
  parameters[0] = width
  parameters[1] = height
  parameters[2] = channels
  parameters[3] = resultBytes.byteLength
  parameters[4] = 1
  parameters[5] = 1
  imaging.run(imaging.operations.perceptualHash, resultBytes, data)
  return result[0]!
}
