import type { DecodedImage } from '../decoded-image.ts'
import type { Orientation } from './exif.ts'

/** The image upright. Source: Exif 2.32, tag 274. */
export function orient<Image extends DecodedImage<Uint8Array>>(image: Image, orientation: Orientation): Image {
  if (orientation === 1) return image
  const { data, width, height, channels } = image
  const transposed = orientation >= 5
  const [toWidth, toHeight] = transposed ? [height, width] : [width, height]
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBelow = [3, 4, 6, 7].includes(orientation)
  const upright = new Uint8Array(data.length)
  for (let y = 0, to = 0; y < toHeight; y++)
    for (let x = 0; x < toWidth; x++) {
      const [column, row] = transposed ? [y, x] : [x, y]
      const at = ((fromBelow ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column)) * channels
      for (let c = 0; c < channels; c++) upright[to++] = data[at + c]!
    }
  return { ...image, data: upright, width: toWidth, height: toHeight }
}
