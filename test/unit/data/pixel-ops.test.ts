import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import { pixelPool } from '../../../src/data/pixel-pool.ts'
import type { RasterImage } from '../../../src/zoo/define.ts'

const ops = nativePixelOps()
const image = (width: number, height: number, channels: number): RasterImage => ({
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37 + 11) % 256),
  ...{ width, height, channels },
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
