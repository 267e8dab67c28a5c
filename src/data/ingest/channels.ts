import type { FileHandle } from 'node:fs/promises'
import { withChannels } from '../channels.ts'
import type { Budget } from '../source/budget.ts'
import type { PackedImage } from './collect.ts'

const MAX_STATISTICS_IMAGES = 10_000

/** Gives all images the same number of channels; those that change are written again, at the end of the file. */
export async function unifyChannels<T extends PackedImage>(
  images: T[],
  pixels: FileHandle,
  { channels, budget }: { channels: number; budget: Budget },
): Promise<T[]> {
  if (images.every((image) => image.channels === channels)) return images
  const { size } = await pixels.stat()
  let end = size
  const result: T[] = []
  for (const image of images) {
    if (image.channels === channels) {
      result.push(image)
      continue
    }
    const data = Buffer.alloc(image.width * image.height * image.channels)
    await pixels.read(data, 0, data.byteLength, image.offset)
    const wide = withChannels({ ...image, data }, channels)
    budget.pack(wide.data.byteLength)
    await pixels.write(wide.data, 0, wide.data.byteLength, end)
    result.push({ ...image, offset: end, channels })
    end += wide.data.byteLength
  }
  return result
}

/** Mean and deviation of pixel/255 per channel, over at most 10,000 training images spread evenly. */
export async function channelStatistics(
  pixels: FileHandle,
  images: readonly PackedImage[],
  channels: number,
): Promise<{ mean: number[]; std: number[] }> {
  const stride = Math.max(1, Math.ceil(images.length / MAX_STATISTICS_IMAGES))
  const histogram = new Float64Array(256 * channels)
  for (let i = 0; i < images.length; i += stride) {
    const image = images[i]
    if (image === undefined) continue
    const data = Buffer.alloc(image.width * image.height * channels)
    await pixels.read(data, 0, data.byteLength, image.offset)
    for (let k = 0; k < data.byteLength; k++) {
      const bin = (k % channels) * 256 + (data[k] ?? 0)
      histogram[bin] = (histogram[bin] ?? 0) + 1
    }
  }
  const channelsOf = Array.from({ length: channels }, (_, c) => {
    const bins = histogram.subarray(c * 256, (c + 1) * 256)
    const total = bins.reduce((sum, n) => sum + n, 0)
    const mean = bins.reduce((sum, n, value) => sum + (n * value) / 255, 0) / total
    const variance = bins.reduce((sum, n, value) => sum + n * (value / 255 - mean) ** 2, 0) / total
    return { mean, std: Math.max(Math.sqrt(variance), 1 / 255) }
  })
  return { mean: channelsOf.map((channel) => channel.mean), std: channelsOf.map((channel) => channel.std) }
}
