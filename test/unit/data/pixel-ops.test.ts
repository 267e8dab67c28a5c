import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import { pixelPool } from '../../../src/data/pixel-pool.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'

const ops = nativePixelOps()
const image = (width: number, height: number, channels: number): RasterImage => ({
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37 + 11) % 256),
  width,
  height,
  channels,
})
const pixel = ({ data, width, channels }: RasterImage, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels),
]

describe.each([
  [5, 3, 1],
  [7, 4, 3],
])('on %i×%i pixels of %i channels', (width, height, channels) => {
  const source = image(width, height, channels)
  const places = Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)] as const)

  it('flips mirror each pixel and leave the input as it is', () => {
    const before = source.data.slice()
    const [across, down] = [ops.flipHorizontal(source), ops.flipVertical(source)]
    for (const [x, y] of places) {
      expect(pixel(across, width - 1 - x, y)).toEqual(pixel(source, x, y))
      expect(pixel(down, x, height - 1 - y)).toEqual(pixel(source, x, y))
    }
    expect(source.data).toEqual(before)
  })

  it.each([
    [0, 0, 5, 3],
    [-2, 1, 4, 4],
    [3, -5, 9, 9],
    [-30, 0, 4, 4],
    [2, 2, 1, 1],
  ])('a crop at %i, %i of %i×%i has the fill outside', (x0, y0, w, h) => {
    const out = ops.crop(source, { x: x0, y: y0, width: w, height: h }, 9)
    expect([out.width, out.height, out.channels]).toEqual([w, h, channels])
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const inside = x + x0 >= 0 && x + x0 < width && y + y0 >= 0 && y + y0 < height
        expect(pixel(out, x, y)).toEqual(inside ? pixel(source, x + x0, y + y0) : Array(channels).fill(9))
      }
  })
})

describe.each([1, 3])('with %i channels', (channels) => {
  const source = image(11, 8, channels)
  const regions = [
    { x: 2, y: 1, width: 3, height: 4 },
    { x: 10, y: 7, width: 1, height: 1 },
    { x: 0, y: 0, width: 5, height: 0 },
  ]
  const erased = (x: number, y: number): boolean =>
    regions.some(
      (region) => x >= region.x && x < region.x + region.width && y >= region.y && y < region.y + region.height,
    )
  const everyPixel = (check: (x: number, y: number) => void): void => {
    for (let y = 0; y < 8; y++) for (let x = 0; x < 11; x++) check(x, y)
  }

  it('erase overwrites the rectangles and nothing else', () => {
    const fill = channels === 1 ? [4] : [4, 5, 6]
    const out = ops.erase(source, regions, fill)
    everyPixel((x, y) => expect(pixel(out, x, y)).toEqual(erased(x, y) ? fill : pixel(source, x, y)))
  })

  it('noise covers all values evenly and follows from its seed', () => {
    const large = image(200, 100, channels)
    const everywhere = [{ x: 0, y: 0, width: 200, height: 100 }]
    const noise = ops.eraseWithNoise(large, everywhere, 7)
    expect(ops.eraseWithNoise(large, everywhere, 7).data).toEqual(noise.data)
    expect(ops.eraseWithNoise(large, everywhere, 8).data).not.toEqual(noise.data)
    const counts = new Array<number>(16).fill(0)
    for (const value of noise.data) counts[value >> 4]! += 1
    const expected = noise.data.length / 16
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
    const neighbours = noise.data.reduce((sum, v, i) => sum + (v - 127.5) * ((noise.data[i + 1] ?? 127.5) - 127.5), 0)
    expect(Math.abs(neighbours / noise.data.length / 5461)).toBeLessThan(0.04)
    const partly = ops.eraseWithNoise(source, regions, 7)
    everyPixel((x, y) => !erased(x, y) && expect(pixel(partly, x, y)).toEqual(pixel(source, x, y)))
  })

  it('a mix is the weighted sum, rounded once', () => {
    const images = [source, ops.invert(source), ops.flipVertical(source)]
    const out = ops.mix(images, [0.3, 0.45, 0.25])
    out.data.forEach((value, i) => {
      const sum = 0.3 * images[0]!.data[i]! + 0.45 * images[1]!.data[i]! + 0.25 * images[2]!.data[i]!
      expect(Math.abs(value - sum)).toBeLessThan(0.5001)
    })
    expect(ops.mix([source], [1]).data).toEqual(source.data)
  })

  it('the mean is one pixel', () => {
    const { data, width, height } = ops.mean(source)
    expect([width, height, data.length]).toEqual([1, 1, channels])
    for (let c = 0; c < channels; c++) {
      const values = source.data.filter((_, i) => i % channels === c)
      expect(data[c]).toBe(Math.round(values.reduce((sum, value) => sum + value, 0) / values.length))
    }
  })
})

describe('operations on pixels', () => {
  it('refuse images whose memory does not fit their size, and parameters out of range', () => {
    const good = image(4, 4, 3)
    for (const bad of [
      { ...good, width: 5 },
      { ...good, channels: 2 },
      { ...good, data: new Uint8Array(0) },
    ])
      expect(() => ops.flipVertical(bad)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    const region = { x: 0, y: 0, width: 4, height: 4 }
    expect(() => ops.crop(good, { ...region, width: 0 })).toThrow(/0×4/)
    expect(() => ops.crop(good, region, 256)).toThrow(/from 0 to 255/)
    expect(() => ops.posterize(good, 9)).toThrow(/from 0 to 8/)
    expect(() => ops.brightness(good, NaN)).toThrow(/finite/)
    expect(() => ops.lookup(good, new Uint8Array(255))).toThrow(/lookup: a table has 256 values/)
    expect(() => ops.erase(good, [{ ...region, y: 1 }], 0)).toThrow(/erase: the rectangle lies outside/)
    expect(() => ops.mix([good, image(4, 5, 3)], [0.5, 0.5])).toThrow(/mix: .* differ in size/)
    expect(() => ops.mix([good], [0.5, 0.5])).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    expect(() => ops.resize(good, { region: { ...region, x: 1 }, width: 2, height: 2, window: region })).toThrow(
      /resize: the region lies outside/,
    )
  })

  it('use memory again only when it was taken back', () => {
    const own = nativePixelOps()
    const source = image(6, 6, 3)
    const first = own.flipVertical(source)
    const second = own.flipHorizontal(source)
    expect(second.data.buffer).not.toBe(first.data.buffer)
    const kept = first.data.slice()
    own.flipHorizontal(source)
    expect(first.data).toEqual(kept)
    own.reclaim()
    const buffers = [first.data.buffer, second.data.buffer]
    expect(buffers).toContain(own.flipVertical(source).data.buffer)
  })

  it('run in several threads at once, each with parameters of its own', async () => {
    const source = image(40, 40, 3)
    const script = `
      const { parentPort, workerData } = require('node:worker_threads')
      import(workerData.module).then(({ nativePixelOps }) => {
        const ops = nativePixelOps()
        const crops = []
        for (let i = 0; i < 400; i++) {
          ops.reclaim()
          crops.push(ops.crop(workerData.image, { x: i % 11, y: workerData.y, width: 7, height: 5 }).data.slice())
        }
        parentPort.postMessage(crops)
      })`
    const module = createRequire(import.meta.url).resolve('#dist/data/pixel-ops.js')
    const results = await Promise.all(
      [3, 17].map(
        (y) =>
          new Promise<Uint8Array[]>((done, fail) => {
            const worker = new Worker(script, { eval: true, workerData: { module, image: source, y } })
            worker.once('message', done).once('error', fail)
          }),
      ),
    )
    for (const [i, y] of [3, 17].entries())
      results[i]?.forEach((crop, at) =>
        expect(crop).toEqual(ops.crop(source, { x: at % 11, y, width: 7, height: 5 }).data),
      )
  })
})

describe('a pool of pixels', () => {
  it('gives memory of any length, and the same again for lengths of one power of two', () => {
    const pool = pixelPool()
    const lengths = [1, 2, 3, 1000, 1024, 1025].map((bytes) => pool.take(bytes).byteLength)
    expect(lengths).toEqual([1, 2, 3, 1000, 1024, 1025])
    pool.reclaim()
    const [first] = [pool.take(600)]
    expect(first.buffer.byteLength).toBe(1024)
    pool.reclaim()
    expect(pool.take(900).buffer).toBe(first.buffer)
  })
})
