import { describe, expect, it } from 'vitest'
import { imagePipeline } from '../../../src/data/batch.ts'
import { isNearlyConstant } from '../../../src/data/constant.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { flatten } from '../../../src/data/flatten.ts'
import { createGroundMeter } from '../../../src/data/ground.ts'

const image = (channels: number, ...pixels: number[][]): RasterImage => ({
  data: Uint8Array.from(pixels.flat()),
  width: pixels.length,
  height: 1,
  channels,
})
const groundOf = (...images: RasterImage[]): string => {
  const meter = createGroundMeter()
  for (const each of images) meter.add(each)
  return meter.ground()
}

describe('flattening', () => {
  it('blends RGB with alpha on the ground, whatever the colour under clear pixels', () => {
    const drawn = image(4, [200, 100, 40, 255], [200, 100, 40, 128], [255, 0, 255, 0])
    expect(flatten(drawn, 'black')).toEqual(image(3, [200, 100, 40], [100, 50, 20], [0, 0, 0]))
    expect(flatten(drawn, 'white')).toEqual(image(3, [200, 100, 40], [227, 177, 147], [255, 255, 255]))
    expect(flatten(drawn, '#0a14fF').data.subarray(6)).toEqual(Uint8Array.of(10, 20, 255))
  })

  it('keeps grey images grey on grey grounds alone', () => {
    const drawn = image(2, [90, 255], [250, 0])
    expect(flatten(drawn, 'white')).toEqual(image(1, [90], [255]))
    expect(flatten(drawn, '#ff0000')).toEqual(image(3, [90, 90, 90], [255, 0, 0]))
  })

  it('is the first step of what a loader thread does', () => {
    const drawn = { ...image(4, [0, 0, 0, 255], [9, 9, 9, 0], [9, 9, 9, 0], [0, 0, 0, 255]), width: 2, height: 2 }
    const made = (background?: string) => [
      ...imagePipeline({ size: 2, channels: 1, background, seed: 0, augment: [] })(drawn, 0, 0).data,
    ]
    expect(made('white')).toEqual([0, 255, 255, 0])
    expect(made()).toEqual([0, 0, 0, 0])
  })

  it('returns opaque images as they are', () => {
    const opaque = image(3, [1, 2, 3])
    expect(flatten(opaque, 'white')).toBe(opaque)
  })
})

describe('the ground of a data set', () => {
  const black = image(4, [0, 0, 0, 255], [255, 255, 255, 0])
  const white = image(2, [255, 255], [0, 0])
  it('is the one on which drawings are seen', () => {
    expect(groundOf(black)).toBe('white')
    expect(groundOf(white)).toBe('black')
    expect(groundOf(black, black, white)).toBe('white')
    expect(groundOf(image(2, [190, 255], [0, 0]), white)).toBe('black')
  })

  it('is white where that makes little difference', () => {
    const grey = Array.from({ length: 20 }, () => image(2, [128, 255]))
    expect(groundOf(...grey, white)).toBe('white')
    expect(groundOf(...grey, white, white, white)).toBe('black')
  })

  it('does not depend on images without alpha, or with nothing drawn', () => {
    expect(groundOf(image(3, [255, 255, 255]), image(1, [255]), image(4, [255, 255, 255, 0]), black)).toBe('white')
  })
})

describe('nearly constant images', () => {
  it('are those of one colour on the ground', () => {
    const ink = image(4, [0, 0, 0, 255], [0, 0, 0, 0])
    expect(isNearlyConstant(ink, 'black')).toBe(true)
    expect(isNearlyConstant(ink, 'white')).toBe(false)
    expect(isNearlyConstant(image(1, [7], [8], [9], [8]), 'black')).toBe(true)
    expect(isNearlyConstant(image(3, [7, 7, 7], [7, 40, 7]), 'black')).toBe(false)
  })
})
