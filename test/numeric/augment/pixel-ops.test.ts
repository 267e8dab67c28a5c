import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import { inverseMatrix } from '../../../src/zoo/augment/affine.ts'
import { OPERATIONS, type OperationName } from '../../../src/zoo/augment/operations.ts'
import type { Interpolation } from '../../../src/zoo/augment/pixel-ops.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'

interface Oracle {
  fills: Record<Interpolation, number>
  magnitudes: Record<OperationName, number[]>
  pictures: {
    label: string
    width: number
    height: number
    channels: number
    pixels: string
    policy: { operation: OperationName; interpolation: Interpolation; crc: string }[]
    extra: Record<string, string>
  }[]
}

const oracle = JSON.parse(readFileSync(new URL('../../oracles/pil-pixel-ops.json', import.meta.url), 'utf8')) as Oracle
const ops = nativePixelOps()
const crc = ({ data }: RasterImage): string => crc32(data).toString(16).padStart(8, '0')
const FACTORS = [0, 0.31, 1, 1.7, 4]
const TRANSFORMS = [
  { angle: 10, translate: [2, -3], scale: 0.7, shear: [5, 0] },
  { angle: -77, translate: [0, 1], scale: 1.4, shear: [-12, 8] },
  { angle: 180, translate: [1, 0], scale: 0.0003 },
  { translate: [1, 1], scale: 2.5 },
] as const

describe.each(oracle.pictures)('$label ($width×$height×$channels)', ({ pixels, policy, extra, ...size }) => {
  const image: RasterImage = { data: Uint8Array.from(Buffer.from(pixels, 'base64')), ...size }
  const same = (name: string, results: readonly RasterImage[]): void =>
    expect(results.map(crc).join(' ')).toBe(extra[name])

  it.each(policy)('$operation with $interpolation pixels is PIL’s at every magnitude', (expected) => {
    const { operation, interpolation } = expected
    const sampling = { interpolation, fill: oracle.fills[interpolation] }
    const wanted = expected.crc.split(' ')
    const magnitudes = oracle.magnitudes[operation]
    expect(wanted.length).toBe(magnitudes.length)
    const wrong = magnitudes.filter(
      (magnitude, i) => crc(OPERATIONS[operation](ops, image, magnitude, sampling)) !== wanted[i],
    )
    expect(wrong).toEqual([])
  })

  it('affine is PIL’s, with coordinates out of fixed point’s reach too', () => {
    const modes = Object.entries(oracle.fills) as [Interpolation, number][]
    const results = modes.flatMap(([interpolation, fill]) =>
      TRANSFORMS.map((transform) => ops.affine(image, inverseMatrix(image, transform), { interpolation, fill })),
    )
    same('affine', results)
  })

  it('posterize, solarize, tables and the enhancements are PIL’s', () => {
    same(
      'posterize',
      Array.from({ length: 9 }, (_, bits) => ops.posterize(image, bits)),
    )
    same(
      'solarize',
      [0, 51, 102, 153, 204, 255, 3, 90].map((threshold) => ops.solarize(image, threshold)),
    )
    const table = Uint8Array.from({ length: 256 }, (_, v) => (v * v * 7 + 3) % 256)
    same('lookup', [ops.lookup(image, table)])
    same(
      'enhance',
      [ops.brightness, ops.color, ops.contrast, ops.sharpness].flatMap((enhance) =>
        FACTORS.map((factor) => enhance(image, factor)),
      ),
    )
  })

  it('flips, turns and conversions between grey and colour are PIL’s', () => {
    same('flips', [ops.flipHorizontal(image), ops.flipVertical(image)])
    same(
      'quarterTurns',
      [1, 2, 3].map((turns) => ops.quarterTurns(image, turns)),
    )
    same('grayscale', [ops.grayscale(image)])
    same('withChannels', [ops.withChannels(image, 4 - image.channels)])
  })
})
