import type { RasterImage } from '../zoo/raster-image.ts'

/**
 * An image as a file has it, [height, width, channels]: grey (1), grey and alpha (2), RGB (3) or RGB and alpha (4). Alpha is straight (colours
 * are not multiplied by it) and present only where some pixel is not opaque. The type of `data` is the depth: uint8; uint16, where alpha goes to
 * 65535 and colours as far as the camera's bits do; float32, where colours have any range and alpha goes from 0 to 1.
 */
export interface DecodedImage<Data extends PixelData = PixelData> {
  data: Data
  width: number
  height: number
  channels: 1 | 2 | 3 | 4
}

/** An image of any depth. */
export type AnyImage = RasterImage | DecodedImage

export type PixelData = Uint8Array | Uint16Array | Float32Array

/** What the deep images of a data set are scaled by, all alike. */
export interface PixelRange {
  /** Bits in use in images of 16 bits: 0 to 2^bits - 1 becomes 0 to 255. Absent: the data set has no such images. */
  bits?: 8 | 10 | 12 | 14 | 16
  /** Values of floating-point images that become 0 and 255. Absent: the data set has no such images. */
  float?: { min: number; max: number }
}
