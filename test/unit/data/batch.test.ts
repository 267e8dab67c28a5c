import { describe, expect, it } from 'vitest'
import { imagePipeline, imageViews, type AugmentSpec, type ImagePipeline } from '../../../src/data/batch.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'

const image = (side: number, channels = 3): RasterImage => ({
  data: Uint8Array.from({ length: side * side * channels }, (_, i) => (i * i * 31 + i * 17) % 251),
  width: side,
  height: side,
  channels,
})
const source = image(10)
const pipeline = (size: number, augment: unknown[], channels = 3): ImagePipeline => {
  const specs: AugmentSpec[] = parseSpec({ augment }).augment ?? []
  return { size, channels, seed: 3, augment: specs }
}
/** Of one image, each copied. */
const made = (options: ImagePipeline, position = 0, from = source): Uint8Array[] =>
  imageViews(options)(from, 2, position).map(({ data }) => data.slice())
const SHIFT = ['random-crop', 'horizontal-flip']

describe('a pipeline', () => {
  it('gives the same pixels for the same seed, epoch and position, in whatever order images come', () => {
    const augment = ['random-crop', 'horizontal-flip', 'auto-augment', 'aug-mix', 'random-erasing']
    const options = pipeline(10, augment)
    const transform = imagePipeline(options)
    const places = Array.from({ length: 40 }, (_, i) => [i % 4, i * 3] as const)
    const forward = places.map(([epoch, position]) => transform(source, epoch, position).data.slice())
    const other = imagePipeline(options)
    const backward = [...places].reverse().map(([epoch, position]) => other(source, epoch, position).data.slice())
    expect(backward.reverse()).toEqual(forward)
    expect(new Set(forward.map((pixels) => Buffer.from(pixels).toString('base64'))).size).toBe(40)
    expect(made({ ...options, seed: 4 })).not.toEqual(made(options))
  })

  it('draws for each step by itself, whatever follows it', () => {
    const erasing = { name: 'random-erasing', probability: 0 }
    for (let i = 0; i < 20; i++)
      expect(made(pipeline(10, SHIFT), i)).toEqual(made(pipeline(10, [...SHIFT, erasing]), i))
  })

  it('gives a clean view and two of their own, which share every other step', () => {
    const erase = { name: 'random-erasing', probability: 1, fill: 255, minimumArea: 0.1, maximumArea: 0.2 }
    const whites = (pixels?: Uint8Array): number[] =>
      Array.from({ length: 100 }, (_, at) => at).filter((at) =>
        pixels?.subarray(3 * at, 3 * at + 3).every((value) => value === 255),
      )
    for (let i = 0; i < 20; i++) {
      const views = made({ ...pipeline(10, [...SHIFT, 'aug-mix', erase]), views: 3 }, i)
      const [first, second, third] = views
      expect(views.length).toBe(3)
      expect(second).not.toEqual(third)
      expect(second).not.toEqual(first)
      // No pixel of the source is white.
      expect(whites(first).length).toBeGreaterThan(0)
      for (const view of [second, third]) expect(whites(view)).toEqual(expect.arrayContaining(whites(first)))
    }
  })

  it('gives one view of steps that would differ when one is asked for', () => {
    const [mixed] = made(pipeline(10, ['aug-mix']))
    expect(mixed).not.toEqual(source.data)
    expect(made(pipeline(10, ['aug-mix'])).length).toBe(1)
  })

  it('resizes first, but for a random-resized-crop, before which steps see the stored image', () => {
    const large = image(31)
    const shifted = { name: 'random-crop', padding: 0 }
    expect(made(pipeline(10, [shifted]), 0, large)[0]?.length).toBe(300)
    const erase = { name: 'random-erasing', probability: 1, fill: 255, minimumArea: 0.3, maximumArea: 0.6 }
    const whole = { name: 'random-resized-crop', minimumArea: 1, maximumRatio: 1 }
    const [resized] = made(pipeline(10, [erase, whole]), 0, { ...large, data: new Uint8Array(large.data.length) })
    expect(resized?.length).toBe(300)
    const edges = new Set(resized)
    expect(
      [...edges].some((value) => value > 0 && value < 255),
      'a white rectangle shrunk has grey edges',
    ).toBe(true)
    const [late] = made(pipeline(10, [whole, erase]), 0, { ...large, data: new Uint8Array(large.data.length) })
    expect([...new Set(late)].every((value) => value === 0 || value === 255)).toBe(true)
  })

  it('gives the channels that the model takes', () => {
    expect(made(pipeline(10, SHIFT, 1))[0]?.length).toBe(100)
    expect(made({ ...pipeline(10, ['aug-mix'], 3), views: 3 }, 0, image(10, 1)).map(({ length }) => length)).toEqual([
      300, 300, 300,
    ])
  })
})
