import { describe, expect, it } from 'vitest'
import type { DecodedImage, PixelData, PixelRange } from '../../../src/data/decoded-image.ts'
import { createRangeMeter, scaleToUint8 } from '../../../src/data/pixel-range.ts'

const image = (data: PixelData, channels: 1 | 2 | 3 | 4 = 1): DecodedImage => ({
  data,
  width: data.length / channels,
  height: 1,
  channels,
})
const rangeOf = (...images: DecodedImage[]): PixelRange | undefined => {
  const meter = createRangeMeter()
  for (const each of images) meter.add(each)
  return meter.range()
}

describe('the range of deep images', () => {
  it.each([
    [[0, 255], 8],
    [[256], 10],
    [[1024, 3], 12],
    [[4095], 12],
    [[16_383], 14],
    [[16_384], 16],
    [[0], 8],
  ])('%j has the bits %i', (values, bits) => {
    expect(rangeOf(image(Uint16Array.from(values)))).toEqual({ bits })
  })

  it('is that of all images together, colours alone', () => {
    const withAlpha = image(Uint16Array.of(900, 65_535), 2)
    expect(rangeOf(withAlpha, image(Uint16Array.of(3000)), image(Uint8Array.of(255)))).toEqual({ bits: 12 })
    expect(rangeOf(image(Float32Array.of(-1, 0, NaN)), image(Float32Array.of(3, Infinity)))).toEqual({
      float: { min: -1, max: 3 },
    })
    expect(rangeOf(image(Uint8Array.of(1)))).toBeUndefined()
  })
})

describe('scaling to 8 bits', () => {
  it('spreads whole numbers over the bits in use, and alpha over all 16', () => {
    expect(scaleToUint8(image(Uint16Array.of(0, 2048, 4095, 5000)), { bits: 12 }).data).toEqual(
      Uint8Array.of(0, 128, 255, 255),
    )
    expect(scaleToUint8(image(Uint16Array.of(4095, 32_768), 2), { bits: 12 }).data).toEqual(Uint8Array.of(255, 128))
    expect(scaleToUint8(image(Uint16Array.of(257, 65_535)), undefined).data).toEqual(Uint8Array.of(1, 255))
  })

  it('spreads floats over the measured range, with nothing for what is no number', () => {
    const floats = image(Float32Array.of(-1, 1, 3, 9, NaN, -Infinity))
    expect(scaleToUint8(floats, { float: { min: -1, max: 3 } }).data).toEqual(Uint8Array.of(0, 128, 255, 255, 0, 0))
    expect(scaleToUint8(image(Float32Array.of(5, 7)), undefined).data).toEqual(Uint8Array.of(0, 255))
    expect(scaleToUint8(image(Float32Array.of(5, 5)), undefined).data).toEqual(Uint8Array.of(0, 0))
  })

  it('leaves images of 8 bits alone', () => {
    const bytes = image(Uint8Array.of(1, 2, 3), 3)
    expect(scaleToUint8(bytes, { bits: 12 }).data).toBe(bytes.data)
  })
})
