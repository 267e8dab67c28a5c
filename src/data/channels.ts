import type { RasterImage } from '../zoo/raster-image.ts'

/** The image with another number of channels: grey repeated, or colour weighted to grey as PIL does (ITU-R 601). */
export function withChannels(image: RasterImage, channels: number): RasterImage {
  if (image.channels === channels) return image
  const count = image.width * image.height
  const data = new Uint8Array(count * channels)
  const from = image.channels
  for (let i = 0; i < count; i++) {
    if (channels === 1 && from >= 3) {
      const [red = 0, green = 0, blue = 0] = image.data.subarray(i * from, i * from + 3)
      data[i] = (red * 19_595 + green * 38_470 + blue * 7471 + 0x8000) >> 16
    } else {
      for (let c = 0; c < channels; c++) data[i * channels + c] = image.data[i * from + Math.min(c, from - 1)] ?? 0
    }
  }
  return { ...image, data, channels }
}
