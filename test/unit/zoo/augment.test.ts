import { describe, expect, it } from 'vitest'
import { augments } from '../../../src/zoo/augment/registry.ts'
import { resize } from '../../../src/zoo/augment/resize.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { resolveSpec } from '../../../src/spec/resolve.ts'
import { samplers } from '../../../src/zoo/sampling/registry.ts'

const image = { data: Uint8Array.from({ length: 6 * 6 * 3 }, (_, i) => i), width: 6, height: 6, channels: 3 }
const facts = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 6,
  counts: { train: 1000, val: 0, test: 0 },
  classCounts: { train: [500, 500] },
}

describe.each(augments.map((component) => [component.name, component] as const))('%s', (name, component) => {
  const options = { ...resolveSpec({ augment: [name], image: { size: 6 } }, facts).spec.augment[0] }
  const run = component.create(options, { size: 6 })

  it('keeps the size and does not touch its input', () => {
    const before = image.data.slice()
    for (let i = 0; i < 50; i++) {
      const out = run(image, rngFor(1, i))
      expect([out.width, out.height, out.channels, out.data.length]).toEqual([6, 6, 3, 108])
    }
    expect(image.data).toEqual(before)
  })

  it('follows from its stream of random numbers alone', () => {
    expect(run(image, rngFor(3, 1, 4)).data).toEqual(run(image, rngFor(3, 1, 4)).data)
  })
})

describe('resize', () => {
  it('to the same size changes nothing', () => {
    expect(resize(image, { x: 0, y: 0, width: 6, height: 6 }, 6, 6).data).toEqual(image.data)
  })

  it('to half averages with the triangle filter', () => {
    const row = { data: Uint8Array.of(0, 0, 100, 100), width: 4, height: 1, channels: 1 }
    expect([...resize(row, { x: 0, y: 0, width: 4, height: 1 }, 2, 1).data]).toEqual([14, 86])
  })
})

describe('samplers', () => {
  const labels = Int32Array.from(Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 1)))
  const counts = (name: string): [number, number] => {
    const order =
      samplers.find((sampler) => sampler.name === name)?.create({}, { labels, classes: 2 })(
        { index: 0, total: 1 },
        rngFor(5),
      ) ?? new Int32Array()
    const ones = order.reduce((sum, index) => sum + (labels[index] ?? 0), 0)
    return [order.length - ones, ones]
  }

  it('natural takes every image once', () => expect(counts('natural')).toEqual([90, 10]))
  it('oversample repeats the small class', () => expect(counts('oversample')).toEqual([90, 90]))
  it('undersample cuts the large class', () => expect(counts('undersample')).toEqual([10, 10]))
  it('class-balanced and square-root lie between', () => {
    expect(Math.abs(counts('class-balanced')[1] - 50)).toBeLessThan(20)
    expect(Math.abs(counts('square-root')[1] - 25)).toBeLessThan(15)
  })
})
