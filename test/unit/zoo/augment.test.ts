import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import type { Region } from '../../../src/zoo/augment/pixel-ops.ts'
import { augments } from '../../../src/zoo/augment/registry.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import oracle from '../../oracles/pil-resize.json' with { type: 'json' }

const image = { data: Uint8Array.from({ length: 6 * 6 * 3 }, (_, i) => i), width: 6, height: 6, channels: 3 }
const ops = nativePixelOps()
const { resize } = ops
const facts = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 6,
  counts: { train: 1000, val: 0, test: 0 },
  classCounts: { train: [500, 500] },
}

describe.each(augments.map((component) => [component.name, component] as const))('%s', (name, component) => {
  const given =
    component.parts === undefined ? name : { name, of: ['horizontal-flip', 'random-crop', 'gaussian-noise'] }
  const options = { ...resolveSpec({ augment: [given], image: { size: 6 } }, facts).spec.augment[0] }
  const run = component.create(options, { size: 6, ops })

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
  const whole = ({ width, height }: { width: number; height: number }): Region => ({ x: 0, y: 0, width, height })

  it('to the same size changes nothing', () => {
    const out = resize(image, { region: whole(image), width: 6, height: 6, window: whole(image) })
    expect(out.data).toEqual(image.data)
  })

  it.each(oracle.cases)('$from.width×$from.height to $width×$height gives the pixels of PIL', (example) => {
    const { from, width, height, channels } = example
    const source = {
      data: Uint8Array.from({ length: from.width * from.height * channels }, (_, i) => (i * i * 31 + i * 17) % 251),
      ...from,
      channels,
    }
    const expected = Buffer.from(example.pixels, 'base64')
    const out = resize(source, { region: whole(source), width, height, window: whole(example) })
    expect(Buffer.compare(out.data, expected)).toBe(0)
    const window = { x: 1, y: 2, width: width - 3, height: height - 2 }
    const part = resize(source, { region: whole(source), width, height, window })
    const row = (y: number): Uint8Array =>
      expected.subarray(((y + 2) * width + 1) * channels, ((y + 2) * width + 1 + window.width) * channels)
    for (let y = 0; y < window.height; y++)
      expect(Buffer.compare(part.data.subarray(y * row(y).length, (y + 1) * row(y).length), row(y))).toBe(0)
  })

  it('of a region takes nothing from around it', () => {
    const half = { data: Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255), width: 8, height: 1, channels: 1 }
    const region = { x: 0, y: 0, width: 4, height: 1 }
    expect([
      ...resize(half, { region, width: 3, height: 1, window: { x: 0, y: 0, width: 3, height: 1 } }).data,
    ]).toEqual([0, 0, 0])
  })
})
