import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import type { Border, Interpolation, PerspectiveMatrix } from '../../../src/zoo/augment/pixel-ops.ts'
import { gammaTable } from '../../../src/zoo/augment/tone.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'

interface Crc {
  crc: string[]
}

interface Oracle {
  pictures: { label: string; width: number; height: number; channels: number; pixels: string }[]
  boxBlur: ({ radius: number } & Crc)[]
  gaussianBlur: ({ radius: number } & Crc)[]
  medianBlur: ({ size: number } & Crc)[]
  unsharpMask: ({ radius: number; percent: number; threshold: number } & Crc)[]
  gamma: ({ gamma: number } & Crc)[]
  hue: ({ turn: number } & Crc)[]
  saturation: ({ factor: number } & Crc)[]
  allColours: { turn: number; crc: string }[]
  pad: ({ sides: [number, number, number, number]; border: Border } & Crc)[]
  perspective: ({ matrix: PerspectiveMatrix; interpolation: Interpolation; fill: number } & Crc)[]
  jpeg: ({ quality: number } & Crc)[]
  jitter: ({ brightness: number; contrast: number; saturation: number; hue: number } & Crc)[]
  convolve: ({ side: number; weights: number[]; offset: number } & Crc)[]
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../oracles/${name}.json`, import.meta.url), 'utf8'))
const decoded = (pictures: Oracle['pictures']): RasterImage[] =>
  pictures.map(({ pixels, width, height, channels }) => ({
    data: Uint8Array.from(Buffer.from(pixels, 'base64')),
    width,
    height,
    channels,
  }))
const oracle = read('pil-effects') as Oracle
const clahe = read('opencv-clahe') as Clahe
const images = decoded(oracle.pictures)
interface Clahe {
  pictures: Oracle['pictures']
  cases: ({ clipLimit: number; tiles: number } & Crc)[]
}

interface Fields {
  pictures: Oracle['pictures']
  cases: {
    sigma: number
    displacement: number
    seed: number
    interpolation: Interpolation
    fill: number
    outputs: string[]
  }[]
}

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
          x: margin,
          y: margin,
          width: image.width - 2 * margin,
          height: image.height - 2 * margin,
        }),
      )
    expect(inner.map(crc)).toEqual(expected)
  })

  it.each(oracle.gamma)('a gamma of $gamma', ({ gamma, crc: expected }) =>
    expect(every((image) => ops.lookup(image, gammaTable(gamma)))).toEqual(expected),
  )

  it.each(oracle.hue)('a hue turned by $turn', ({ turn, crc: expected }) =>
    expect(every((image) => ops.hueSaturation(image, { turn, saturation: 1 }))).toEqual(expected),
  )

  it.each(oracle.saturation)('a saturation times $factor', ({ factor, crc: expected }) =>
    expect(every((image) => ops.hueSaturation(image, { turn: 0, saturation: factor }))).toEqual(expected),
  )

  it('the hue of every colour', () => {
    const data = new Uint8Array(3 * 2 ** 24)
    for (let i = 0, at = 0; i < 2 ** 24; i++, at += 3) {
      data[at] = i
      data[at + 1] = i >> 8
      data[at + 2] = i >> 16
    }
    const all = { data, width: 4096, height: 4096, channels: 3 }
    for (const { turn, crc: expected } of oracle.allColours)
      expect(crc(ops.hueSaturation(all, { turn, saturation: 1 }))).toBe(expected)
  })

  it.each(oracle.pad)('a pad of $sides by $border', ({ sides: [left, top, right, bottom], border, crc: expected }) =>
    expect(
      every((image) => {
        if (border === 'reflect' && Math.min(image.width, image.height) <= Math.max(left, top, right, bottom))
          return image
        const [width, height] = [image.width + left + right, image.height + top + bottom]
        return ops.pad(image, { x: -left, y: -top, width, height }, border)
      }),
    ).toEqual(expected),
  )

  it.each(oracle.perspective)(
    'a perspective of $matrix with $interpolation pixels',
    ({ matrix, crc: expected, ...sampling }) =>
      expect(every((image) => ops.perspective(image, matrix, sampling))).toEqual(expected),
  )

  it.each(oracle.jpeg)('a JPEG of quality $quality', ({ quality, crc: expected }) =>
    expect(every((image) => ops.jpeg(image, quality))).toEqual(expected),
  )

  it.each(oracle.jitter)('ColorJitter’s changes one after another', (factors) =>
    expect(
      every((image) => {
        const changed = ops.contrast(ops.brightness(image, factors.brightness), factors.contrast)
        return ops.hueSaturation(ops.color(changed, factors.saturation), { turn: factors.hue, saturation: 1 })
      }),
    ).toEqual(factors.crc),
  )
})

describe('byte for byte as OpenCV has it is', () => {
  it.each(clahe.cases)('CLAHE of $tiles tiles and a clip limit of $clipLimit', ({ clipLimit, tiles, crc: expected }) =>
    expect(decoded(clahe.pictures).map((image) => crc(ops.clahe(image, { clipLimit, tiles })))).toEqual(expected),
  )
})

describe('an elastic field', () => {
  const fields = read('elastic') as Fields
  const pictures = decoded(fields.pictures)

  it.each(fields.cases)(
    '$interpolation, σ = $sigma, by $displacement pixels is that of NumPy but for roundings',
    ({ sigma, displacement, seed, interpolation, fill, outputs }) => {
      outputs.forEach((output, i) => {
        const { data } = ops.elastic(pictures[i]!, { sigma, displacement, seed }, { interpolation, fill })
        const expected = Buffer.from(output, 'base64')
        const wrong = data.reduce((count, value, k) => count + Number(Math.abs(value - expected[k]!) > 1), 0)
        expect(wrong).toBeLessThanOrEqual(interpolation === 'bilinear' ? 0 : data.length / 200)
      })
    },
  )
})
