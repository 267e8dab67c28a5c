import Type from 'typebox'
import type { AugmentComponent, RasterImage } from '../define.ts'

const options = Type.Object({
  probability: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Share of the images that are flipped.',
  }),
})

/** Mirrors an image left to right. */
export const horizontalFlip: AugmentComponent<typeof options.properties> = {
  name: 'horizontal-flip',
  summary: 'Mirrors left to right.',
  options,
  create:
    ({ probability }) =>
    (image, rng) =>
      rng.uniform() < probability ? mapRows(image, (row, channels) => mirrored(row, channels)) : image,
}

/** Mirrors an image top to bottom. */
export const verticalFlip: AugmentComponent<typeof options.properties> = {
  name: 'vertical-flip',
  summary: 'Mirrors top to bottom.',
  options,
  create:
    ({ probability }) =>
    (image, rng) => {
      if (rng.uniform() >= probability) return image
      const { data, width, height, channels } = image
      const stride = width * channels
      const out = new Uint8Array(data.length)
      for (let y = 0; y < height; y++) out.set(data.subarray(y * stride, (y + 1) * stride), (height - 1 - y) * stride)
      return { ...image, data: out }
    },
}

function mapRows(image: RasterImage, map: (row: Uint8Array, channels: number) => Uint8Array): RasterImage {
  const { data, width, height, channels } = image
  const stride = width * channels
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) out.set(map(data.subarray(y * stride, (y + 1) * stride), channels), y * stride)
  return { ...image, data: out }
}

function mirrored(row: Uint8Array, channels: number): Uint8Array {
  const out = new Uint8Array(row.length)
  if (channels === 1) return (out.set(row), out.reverse())
  for (let from = 0, to = row.length - channels; to >= 0; from += channels, to -= channels)
    for (let c = 0; c < channels; c++) out[to + c] = row[from + c] ?? 0
  return out
}
