import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { lineKernel } from '../../../src/zoo/augment/blur.ts'
import { perspectiveMatrix } from '../../../src/zoo/augment/perspective.ts'
import { augments } from '../../../src/zoo/augment/registry.ts'
import type { Rng } from '../../../src/zoo/define.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

const ops = nativePixelOps()

/** The augmentation with every option, as a job's loader threads have it. */
function augmentation(name: string, given: object = {}): (image: RasterImage, rng: Rng) => RasterImage {
  const component = augments.find((candidate) => candidate.name === name)!
  const of = component.parts === undefined ? {} : { of: ['elastic', { name: 'snow', probability: 1 }, 'jpeg'] }
  const options = { ...parseSpec({ augment: [{ name, ...of, ...given }] }).augment![0]! }
  return component.create(options, { size: 24, ops })
}

const always = (name: string, given: object = {}): ((image: RasterImage, rng: Rng) => RasterImage) =>
  augmentation(name, { probability: 1, ...given })

const imageArbitrary = fc
  .record({
    width: fc.integer({ min: 1, max: 33 }),
    height: fc.integer({ min: 1, max: 33 }),
    channels: fc.constantFrom(1, 3),
  })
  .chain((size) => {
    const bytes = size.width * size.height * size.channels
    return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((data): RasterImage => ({ data, ...size }))
  })

const gradient = (width: number, height: number, channels: number): RasterImage => ({
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels]
    return 40 + Math.round((100 * (pixel % width)) / width + (60 * Math.floor(pixel / width)) / height) + 15 * c
  }),
  width,
  height,
  channels,
})

const flat = (value: number, channels = 3): RasterImage => ({
  data: new Uint8Array(20 * 20 * channels).fill(value),
  width: 20,
  height: 20,
  channels,
})

const same = (a: RasterImage, b: RasterImage): boolean => Buffer.compare(a.data, b.data) === 0
const mean = ({ data }: RasterImage): number => data.reduce((sum, value) => sum + value, 0) / data.length
const spread = (image: RasterImage): number => {
  const middle = mean(image)
  return Math.sqrt(image.data.reduce((sum, value) => sum + (value - middle) ** 2, 0) / image.data.length)
}

const FAMILIES = augments.filter(({ options }) => 'probability' in options.properties).map(({ name }) => name)

describe.each(FAMILIES)('%s', (name) => {
  it('takes images of any size, keeps it, and draws from its stream alone', () => {
    const run = always(name)
    fc.assert(
      fc.property(imageArbitrary, fc.nat(), (image, seed) => {
        const before = image.data.slice()
        const out = run(image, rngFor(seed))
        expect([out.width, out.height, out.channels]).toEqual([image.width, image.height, image.channels])
        expect(out.data.length).toBe(image.data.length)
        expect(same(always(name)(image, rngFor(seed)), out)).toBe(true)
        expect(Buffer.compare(image.data, before)).toBe(0)
        ops.reclaim()
      }),
      { numRuns: 40 },
    )
  })

  it('leaves every image alone with a probability of 0', () => {
    const image = gradient(12, 9, 3)
    for (let seed = 0; seed < 20; seed++)
      expect(augmentation(name, { probability: 0 })(image, rngFor(seed))).toBe(image)
  })
})

describe('blurs', () => {
  it.each(['gaussian-blur', 'average-blur', 'median-blur', 'motion-blur'])(
    '%s leaves even areas as they are',
    (name) => {
      for (const value of [0, 77, 255]) expect(always(name)(flat(value), rngFor(1)).data).toEqual(flat(value).data)
    },
  )

  it.each([
    ['gaussian-blur', 'sigma', [0, 0.7, 2, 6]],
    ['average-blur', 'radius', [0, 0.7, 2, 6]],
    ['median-blur', 'radius', [0, 1, 3, 7]],
    ['motion-blur', 'length', [1, 3, 9, 31]],
  ] as const)('%s takes more away the larger its %s', (name, option, values) => {
    const noisy = gradient(40, 40, 3)
    const rng = rngFor(8)
    noisy.data.forEach((value, i) => (noisy.data[i] = value + rng.integer(60)))
    const spreads = values.map((value) => spread(always(name, { [option]: [value, value] })(noisy, rngFor(2))))
    expect(spreads[0]).toBe(spread(noisy))
    for (let i = 1; i < spreads.length; i++) expect(spreads[i]).toBeLessThan(spreads[i - 1]!)
  })

  it('motion along an axis is the mean of so many pixels', () => {
    for (const [degrees, at] of [
      [0, (k: number) => 2 * 5 + k],
      [90, (k: number) => k * 5 + 2],
    ] as const) {
      const { width, height, weights } = lineKernel(5, degrees)
      expect([width, height]).toEqual([5, 5])
      const expected = new Float32Array(25)
      for (let k = 0; k < 5; k++) expected[at(k)] = 0.2
      weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected[i]!, 6))
    }
  })

  it('motion in any direction keeps the mean, and its centre in place', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 97, noNaN: true }),
        fc.double({ min: -360, max: 360, noNaN: true }),
        (length, angle) => {
          const { width, weights } = lineKernel(length, angle)
          const [sum, x, y] = weights.reduce(
            ([total, alongX, alongY], weight, i) => [
              total + weight,
              alongX + weight * ((i % width) - (width - 1) / 2),
              alongY + weight * (Math.floor(i / width) - (width - 1) / 2),
            ],
            [0, 0, 0] as [number, number, number],
          )
          expect(sum).toBeCloseTo(1, 4)
          expect(x).toBeCloseTo(0, 3)
          expect(y).toBeCloseTo(0, 3)
        },
      ),
    )
  })
})

describe('sharpen and emboss', () => {
  it.each(['sharpen', 'emboss'])('%s leaves even areas as they are', (name) => {
    for (const value of [0, 77, 255]) expect(always(name)(flat(value), rngFor(1)).data).toEqual(flat(value).data)
  })

  it('sharpen steepens an edge by its percent', () => {
    const edge = gradient(30, 30, 1)
    edge.data.forEach((_, i) => (edge.data[i] = i % 30 < 15 ? 80 : 160))
    const contrasts = [0, 50, 150].map((percent) =>
      spread(always('sharpen', { sigma: [2, 2], percent: [percent, percent] })(edge, rngFor(1))),
    )
    expect(contrasts[0]).toBe(spread(edge))
    expect(contrasts[1]).toBeGreaterThan(contrasts[0]!)
    expect(contrasts[2]).toBeGreaterThan(contrasts[1]!)
  })

  it('emboss lights slopes that rise to the bottom right, by its strength', () => {
    const ridge = gradient(20, 20, 1)
    const brightness = [0, 1, 3].map((strength) =>
      mean(always('emboss', { alpha: [1, 1], strength: [strength, strength] })(ridge, rngFor(1))),
    )
    expect(brightness[0]).toBeGreaterThan(mean(ridge))
    expect(brightness[1]).toBeGreaterThan(brightness[0]!)
    expect(brightness[2]).toBeGreaterThan(brightness[1]!)
  })
})

describe('tone and colour', () => {
  it('contrast around the middle keeps 127, around the mean the mean', () => {
    expect(always('contrast', { around: 'middle' })(flat(127), rngFor(1)).data).toEqual(flat(127).data)
    const image = gradient(30, 30, 1)
    const out = always('contrast', { factor: [1.3, 1.3] })(image, rngFor(1))
    expect(Math.abs(mean(out) - mean(image))).toBeLessThan(1)
    expect(spread(out) / spread(image)).toBeCloseTo(1.3, 1)
    const middle = always('contrast', { factor: [0.5, 0.5], around: 'middle' })(flat(27), rngFor(1))
    expect(middle.data).toEqual(flat(77).data)
  })

  it('gamma darkens above 1, lightens below, and keeps black and white', () => {
    const run = (exponent: number): RasterImage =>
      always('gamma', { gamma: [exponent, exponent] })(gradient(20, 20, 3), rngFor(1))
    expect(mean(run(2))).toBeLessThan(mean(gradient(20, 20, 3)))
    expect(mean(run(0.5))).toBeGreaterThan(mean(gradient(20, 20, 3)))
    for (const value of [0, 255]) expect(always('gamma')(flat(value), rngFor(4)).data).toEqual(flat(value).data)
  })

  it('gamma draws a half as often as twice', () => {
    const darker = Array.from({ length: 400 }, (_, seed) =>
      always('gamma', { gamma: [0.25, 4] })(flat(100, 1), rngFor(seed)).data[0]! < 100 ? 1 : 0,
    ).reduce<number>((sum, value) => sum + value, 0)
    expect(Math.abs(darker - 200)).toBeLessThan(50)
  })

  it('CLAHE raises the contrast, the more the higher its limit', () => {
    const image = gradient(64, 64, 1)
    image.data.forEach((value, i) => (image.data[i] = 100 + Math.round(value / 8)))
    const spreads = [1, 3, 20].map((limit) =>
      spread(always('clahe', { clipLimit: [limit, limit], tiles: [2, 2] })(image, rngFor(1))),
    )
    expect(spreads[1]).toBeGreaterThan(spreads[0]!)
    expect(spreads[2]).toBeGreaterThan(spreads[1]!)
  })

  it('color-jitter without strengths changes nothing, and never goes beyond them', () => {
    const none = { brightness: 0, contrast: 0, saturation: 0, hue: 0 }
    const image = gradient(9, 9, 3)
    expect(always('color-jitter', none)(image, rngFor(1))).toBe(image)
    const means = Array.from({ length: 300 }, (_, seed) =>
      mean(always('color-jitter', { ...none, brightness: 0.3 })(flat(100), rngFor(seed))),
    )
    expect(Math.min(...means)).toBeGreaterThanOrEqual(70)
    expect(Math.max(...means)).toBeLessThanOrEqual(130)
    expect(Math.min(...means)).toBeLessThan(75)
    expect(Math.max(...means)).toBeGreaterThan(125)
  })

  it('color-jitter takes its changes in every order', () => {
    const image = gradient(9, 9, 3)
    const fixed = { ...ops, brightness: () => flat(1), contrast: () => flat(2) }
    const component = augments.find(({ name }) => name === 'color-jitter')!
    const run = component.create(
      { probability: 1, brightness: 1, contrast: 1, saturation: 0, hue: 0 },
      { size: 9, ops: fixed },
    )
    const last = new Set(Array.from({ length: 40 }, (_, seed) => run(image, rngFor(seed)).data[0]))
    expect(last).toEqual(new Set([1, 2]))
  })

  it('grayscale makes the channels alike, and hue leaves grey as it is', () => {
    const { data } = always('grayscale')(gradient(9, 9, 3), rngFor(1))
    for (let i = 0; i < data.length; i += 3) expect(new Set(data.subarray(i, i + 3)).size).toBe(1)
    const grey = gradient(9, 9, 1)
    expect(same(always('hue-saturation')(grey, rngFor(1)), grey)).toBe(true)
    expect(same(always('grayscale', { alpha: [0, 0] })(gradient(9, 9, 3), rngFor(1)), gradient(9, 9, 3))).toBe(true)
  })
})

describe('geometry', () => {
  const zero = [0, 0]
  const still = { rotate: zero, scale: [1, 1], translateX: zero, translateY: zero, shearX: zero, shearY: zero }

  it.each([
    ['crop-pad', { amount: zero }],
    ['affine', still],
    ['perspective', { distortion: 0 }],
    ['elastic', { displacement: zero }],
  ] as const)('%s without movement leaves the image as it is', (name, given) => {
    const image = gradient(23, 17, 3)
    for (const extra of name === 'crop-pad' ? [{}] : [{ interpolation: 'nearest' }, { interpolation: 'bilinear' }])
      expect(same(always(name, { ...given, ...extra })(image, rngFor(1)), image)).toBe(true)
  })

  it.each(['edge', 'reflect'])('crop-pad with the border %s leaves even areas as they are', (border) => {
    for (let seed = 0; seed < 20; seed++)
      expect(same(always('crop-pad', { amount: [-0.4, 1], border })(flat(77), rngFor(seed)), flat(77))).toBe(true)
  })

  it('crop-pad by a half on each side leaves the image in the middle quarter', () => {
    const out = always('crop-pad', { amount: [0.5, 0.5], fill: 9 })(flat(200, 1), rngFor(1))
    expect(out.data[10 * 20 + 10]).toBe(200)
    for (const corner of [0, 19, 380, 399]) expect(out.data[corner]).toBe(9)
    expect(mean(out)).toBeCloseTo(9 + (200 - 9) / 4, 0)
  })

  it('affine shifts right and down for positive shares', () => {
    const image = gradient(20, 20, 3)
    const moved = always('affine', { ...still, translateX: [0.25, 0.25], translateY: [0.1, 0.1], fill: 3 })(
      image,
      rngFor(1),
    )
    for (let y = 0; y < 20; y++)
      for (let x = 0; x < 20; x++)
        for (let c = 0; c < 3; c++)
          expect(moved.data[(y * 20 + x) * 3 + c]).toBe(x < 5 || y < 2 ? 3 : image.data[((y - 2) * 20 + x - 5) * 3 + c])
  })

  it('perspective leads the places of the corners back to the corners', () => {
    const inwards = fc.double({ min: 0, max: 0.47, noNaN: true })
    fc.assert(
      fc.property(fc.array(inwards, { minLength: 8, maxLength: 8 }), ([a, b, c, d, e, f, g, h]) => {
        const [width, height] = [40, 30]
        const corners = [
          [a! * width, b! * height],
          [width - c! * width, d! * height],
          [width - e! * width, height - f! * height],
          [g! * width, height - h! * height],
        ] as const
        const matrix = perspectiveMatrix({ width, height }, corners)
        const whole = [0, 0, width, 0, width, height, 0, height]
        corners.forEach(([x, y], i) => {
          const depth = matrix[6] * x + matrix[7] * y + 1
          expect((matrix[0] * x + matrix[1] * y + matrix[2]) / depth).toBeCloseTo(whole[2 * i]!, 5)
          expect((matrix[3] * x + matrix[4] * y + matrix[5]) / depth).toBeCloseTo(whole[2 * i + 1]!, 5)
        })
      }),
    )
  })

  it('elastic moves by its root mean square, and neighbours alike', () => {
    const side = 100
    const ramp: RasterImage = {
      data: Uint8Array.from({ length: side * side }, (_, i) => 2 * (i % side)),
      width: side,
      height: side,
      channels: 1,
    }
    const shifts: number[] = []
    let steps = 0
    for (let seed = 0; seed < 12; seed++) {
      const { data } = always('elastic', { displacement: [0.02, 0.02], smoothness: [0.06, 0.06] })(ramp, rngFor(seed))
      for (let y = 10; y < 90; y++)
        for (let x = 10; x < 90; x++) {
          shifts.push((data[y * side + x]! + 0.5) / 2 - x)
          steps += Math.abs(data[y * side + x + 1]! - data[y * side + x]! - 2) / 2 / 12 / 80 / 80
        }
    }
    const size = Math.sqrt(shifts.reduce((sum, shift) => sum + shift * shift, 0) / shifts.length)
    expect(Math.abs(size - 2)).toBeLessThan(0.3)
    expect(steps).toBeLessThan(0.5)
  })
})

describe('jpeg', () => {
  it('strays from the image the further the lower its quality', () => {
    const image = gradient(32, 32, 3)
    const rng = rngFor(5)
    image.data.forEach((value, i) => (image.data[i] = value + rng.integer(40)))
    const errors = [95, 60, 20, 3].map((quality) => {
      const { data } = always('jpeg', { quality: [quality, quality] })(image, rngFor(1))
      return data.reduce((sum, value, i) => sum + Math.abs(value - image.data[i]!), 0) / data.length
    })
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeGreaterThan(errors[i - 1]!)
    expect(errors[0]).toBeLessThan(12)
  })
})

describe('weather', () => {
  const scene = gradient(60, 60, 3)

  it('fog lies between the image and its own light, and comes closer to it with its density', () => {
    const outs = [0, 0.2, 0.5, 0.8, 1].map((density) =>
      always('fog', { density: [density, density], light: [230, 230] })(scene, rngFor(4)),
    )
    expect(same(outs[0]!, scene)).toBe(true)
    expect(new Set(outs[4]!.data)).toEqual(new Set([230]))
    const far = (value: number): number => Math.abs(value - 230)
    for (let k = 1; k < outs.length; k++) {
      const nearer = outs[k]!.data.every((value, i) => far(value) <= far(outs[k - 1]!.data[i]!))
      expect(nearer).toBe(true)
    }
  })

  it('fog is uneven, and smooth', () => {
    const grey = flat(0, 1)
    const spreads = Array.from({ length: 8 }, (_, seed) =>
      spread(always('fog', { density: [0.5, 0.5] })(grey, rngFor(seed))),
    )
    expect(Math.min(...spreads)).toBeGreaterThan(2)
    const { data } = always('fog', { density: [0.5, 0.5], clouds: [1, 1], roughness: 0 })(grey, rngFor(1))
    data.forEach((value, i) => i % 20 > 0 && expect(Math.abs(value - data[i - 1]!)).toBeLessThan(15))
  })

  it.each([
    ['snow', 'flakes', { haze: [0, 0] }],
    ['rain', 'drops', { darkness: [0, 0], opacity: [0.5, 0.5] }],
  ] as const)('%s with more %s covers more, and what was covered before', (name, option, given) => {
    const dark = { ...scene, data: scene.data.map((value) => value >> 2) }
    const outs = [0, 40, 200, 1000].map((count) =>
      always(name, { ...given, [option]: [count, count] })(dark, rngFor(6)),
    )
    expect(same(outs[0]!, dark)).toBe(true)
    for (let k = 1; k < outs.length; k++) {
      expect(outs[k]!.data.every((value, i) => value >= outs[k - 1]!.data[i]!)).toBe(true)
      expect(mean(outs[k]!)).toBeGreaterThan(mean(outs[k - 1]!))
    }
  })

  it('rain falls along its direction', () => {
    const given = { darkness: [0, 0], length: [0.2, 0.2], drops: [60, 60], opacity: [1, 1] }
    const steepness = (degrees: number): number => {
      const { data } = always('rain', { ...given, angle: [degrees, degrees] })(flat(0, 1), rngFor(2))
      const change = (step: number): number => data.reduce((sum, v, i) => sum + Math.abs(v - (data[i + step] ?? v)), 0)
      return change(1) / change(20)
    }
    expect(steepness(0)).toBeGreaterThan(1.5)
    expect(steepness(90)).toBeLessThan(0.67)
  })
})
