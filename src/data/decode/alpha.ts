import type { DecodedImage, PixelData } from '../decoded-image.ts'

/** The image without its alpha channel where every pixel is opaque. */
export function dropOpaqueAlpha<Data extends PixelData>(image: DecodedImage<Data>): DecodedImage<Data> {
  const { data, channels } = image
  if (channels !== 2 && channels !== 4) return image
  const opaque = data instanceof Uint8Array ? 255 : data instanceof Uint16Array ? 65_535 : 1
  for (let at = channels - 1; at < data.length; at += channels) if (data[at]! < opaque) return image
  return pickChannels(image, channels === 2 ? [0] : [0, 1, 2])
}

/** The image with some of its channels, in the memory that it had. */
export function pickChannels<Data extends PixelData>(
  { data, width, height, channels }: DecodedImage<Data>,
  picked: readonly number[],
): DecodedImage<Data> {
  const count = picked.length
  for (let at = 0, to = 0; at < data.length; at += channels, to += count)
    for (let c = 0; c < count; c++) data[to + c] = data[at + picked[c]!]!
  const kept = data.subarray(0, width * height * count) as Data
  return { data: kept, width, height, channels: count as DecodedImage['channels'] }
}
