import type { FileHandle } from 'node:fs/promises'
import type { RasterImage } from '../../zoo/raster-image.ts'
import { withChannels } from '../channels.ts'
import { isNearlyConstant } from '../constant.ts'
import type { DecodedImage, PixelRange } from '../decoded-image.ts'
import { flatten } from '../flatten.ts'
import { createGroundMeter } from '../ground.ts'
import { BYTES_PER_VALUE, valuesOf } from '../pixel-depth.ts'
import { createRangeMeter, scaleToUint8 } from '../pixel-range.ts'
import type { Budget } from '../source/budget.ts'
import type { PackedImage } from './collect.ts'

const MAX_STATISTICS_IMAGES = 10_000

/** What was found in the pixels of all images together. */
export interface PixelFindings {
  /** The ground of transparent images; absent: no image is transparent. */
  background?: 'black' | 'white'
  /** Transparent images. */
  transparent: number
  /** What deep images were scaled by; absent: no image is deep. */
  range?: PixelRange
  deep: number
}

/**
 * Gives all images 8 bits, the ground and the same number of channels; those that change are written again, at the end of the file. Images
 * that are nearly constant then are marked.
 */
export async function unifyPixels<T extends PackedImage>(
  images: T[],
  pixels: FileHandle,
  { channels, budget }: { channels: 1 | 3; budget: Budget },
): Promise<{ images: (T & { constant: boolean })[]; findings: PixelFindings }> {
  const meter = createRangeMeter()
  const deep = images.filter(({ depth }) => depth !== 'uint8')
  for (const image of deep) meter.add(await readDecoded(pixels, image))
  const range = meter.range()
  const read = async (image: T): Promise<RasterImage> => scaleToUint8(await readDecoded(pixels, image), range)
  const ground = createGroundMeter()
  for (const image of images) if (image.channels % 2 === 0) ground.add(await read(image))
  const transparent = images.filter((image) => image.channels % 2 === 0).length
  const background = ground.ground()
  const { size } = await pixels.stat()
  let end = size
  const result: (T & { constant: boolean })[] = []
  for (const image of images) {
    const flat = withChannels(flatten(await read(image), background), channels)
    const constant = isNearlyConstant(flat, background)
    if (image.channels === channels && image.depth === 'uint8') {
      result.push({ ...image, constant })
      continue
    }
    budget.pack(flat.data.byteLength)
    await pixels.write(flat.data, 0, flat.data.byteLength, end)
    result.push({ ...image, offset: end, channels, depth: 'uint8', constant })
    end += flat.data.byteLength
  }
  const findings = {
    ...(transparent > 0 ? { background } : {}),
    ...(range === undefined ? {} : { range }),
    transparent,
    deep: deep.length,
  }
  return { images: result, findings }
}

async function readDecoded(pixels: FileHandle, image: PackedImage): Promise<DecodedImage> {
  const { offset, width, height, channels, depth } = image
  const bytes = Buffer.alloc(width * height * channels * BYTES_PER_VALUE[depth])
  await pixels.read(bytes, 0, bytes.byteLength, offset)
  return { data: valuesOf(bytes, depth), width, height, channels }
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
