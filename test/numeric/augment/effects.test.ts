import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import type { RasterImage } from '../../../src/zoo/define.ts'

interface Crc {
  crc: string[]
}

interface Oracle {
  pictures: { label: string; width: number; height: number; channels: number; pixels: string }[]
  boxBlur: ({ radius: number } & Crc)[]
  gaussianBlur: ({ radius: number } & Crc)[]
  medianBlur: ({ size: number } & Crc)[]
  unsharpMask: ({ radius: number; percent: number; threshold: number } & Crc)[]
  convolve: ({ side: number; weights: number[]; offset: number } & Crc)[]
}

const oracle = JSON.parse(readFileSync(new URL('../../oracles/pil-effects.json', import.meta.url), 'utf8')) as Oracle
const images = oracle.pictures.map(({ pixels, width, height, channels }): RasterImage => ({
  data: Uint8Array.from(Buffer.from(pixels, 'base64')),
  ...{ width, height, channels },
}))
const ops = nativePixelOps()
const crc = ({ data }: RasterImage): string => crc32(data).toString(16).padStart(8, '0')
const every = (apply: (image: RasterImage) => RasterImage): string[] => images.map((image) => crc(apply(image)))

describe('byte for byte as Pillow has it is', () => {
  it.each(oracle.boxBlur)('a box blur of radius $radius', ({ radius, crc: expected }) =>
    expect(every((image) => ops.boxBlur(image, radius))).toEqual(expected),
  )

  it.each(oracle.gaussianBlur)('a Gaussian blur of $radius pixels', ({ radius, crc: expected }) =>
    expect(every((image) => ops.gaussianBlur(image, radius))).toEqual(expected),
  )

  it.each(oracle.medianBlur)('the median of $size × $size pixels', ({ size, crc: expected }) =>
    expect(every((image) => ops.medianBlur(image, size))).toEqual(expected),
  )

  it.each(oracle.unsharpMask)(
    'an unsharp mask of radius $radius, $percent %, threshold $threshold',
    ({ radius: sigma, percent, threshold, crc: expected }) =>
      expect(every((image) => ops.unsharpMask(image, { sigma, percent, threshold }))).toEqual(expected),
  )

  it.each(oracle.convolve)('a kernel $weights, inside of the image', ({ side, weights, offset, crc: expected }) => {
    const kernel = { width: side, height: side, weights: Float32Array.from(weights), offset }
    const margin = (side - 1) / 2
    const inner = images
      .filter(({ width, height }) => Math.min(width, height) >= side)
      .map((image) =>
        ops.crop(ops.convolve(image, kernel), {
          ...{ x: margin, y: margin, width: image.width - 2 * margin, height: image.height - 2 * margin },
        }),
      )
    expect(inner.map(crc)).toEqual(expected)
  })
})
