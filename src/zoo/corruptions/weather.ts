import type { Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import { between } from '../augment/ranges.ts'
import { motionKernel } from './blur.ts'
import { byteOf, constants, scaled, type Corruption } from './define.ts'

/** c is added to the largest channel, and the others grow with it: the value of HSV. */
export const brightness: Corruption = {
  name: 'brightness',
  kind: 'weather',
  summary: 'Increased brightness.',
  create(severity, { size }) {
    const added =
      255 * constants(severity, size, { small: [0.05, 0.1, 0.15, 0.2, 0.3], large: [0.1, 0.2, 0.3, 0.4, 0.5] })
    return (image) => {
      const { data, channels } = image
      const brighter = new Uint8Array(data.length)
      for (let at = 0; at < data.length; at += channels) {
        let value = 0
        for (let k = 0; k < channels; k++) value = Math.max(value, data[at + k] ?? 0)
        const wanted = Math.min(255, value + added)
        for (let k = 0; k < channels; k++)
          brighter[at + k] = byteOf(value === 0 ? wanted : ((data[at + k] ?? 0) * wanted) / value)
      }
      return { ...image, data: brighter }
    }
  },
}

/** (v + c·m)·largest/(largest + c), m being a plasma fractal from 0 to 1. */
export const fog: Corruption = {
  name: 'fog',
  kind: 'weather',
  summary: 'Fog of uneven density.',
  create(severity, { size }) {
    const [density, decay] = constants<readonly [number, number]>(severity, size, {
      small: [
        [0.2, 3],
        [0.5, 3],
        [0.75, 2.5],
        [1, 2],
        [1.5, 1.75],
      ],
      large: [
        [1.5, 2],
        [2, 2],
        [2.5, 1.7],
        [2.5, 1.5],
        [3, 1.4],
      ],
    })
    return (image, rng) => {
      const { data, width, height, channels } = image
      const side = 2 ** Math.ceil(Math.log2(Math.max(width, height)))
      const plasma = plasmaFractal(side, decay, rng)
      const largest =
        Math.max(
          1,
          data.reduce((most, value) => Math.max(most, value), 0),
        ) / 255
      const foggy = data.map((value, i) => {
        const pixel = Math.floor(i / channels)
        const cloud = plasma[Math.floor(pixel / width) * side + (pixel % width)] ?? 0
        return byteOf(((value + 255 * density * cloud) * largest) / (largest + density))
      })
      return { ...image, data: foggy }
    }
  },
}

/**
 * A heightmap of side 2ⁿ from 0 to 1, which goes on at its other side; noise falls by `decay` with each halving.
 * Source: the diamond-square algorithm of Fournier, Fussell and Carpenter 1982.
 */
function plasmaFractal(side: number, decay: number, rng: Rng): Float64Array {
  const map = new Float64Array(side * side)
  const at = (x: number, y: number): number => map[((y + side) % side) * side + ((x + side) % side)] ?? 0
  let amplitude = 1
  for (let step = side; step >= 2; step /= 2, amplitude /= decay) {
    const half = step / 2
    const wobble = (sum: number): number => sum / 4 + amplitude * between(rng, [-1, 1])
    for (let y = 0; y < side; y += step)
      for (let x = 0; x < side; x += step)
        map[(y + half) * side + x + half] = wobble(
          at(x, y) + at(x + step, y) + at(x, y + step) + at(x + step, y + step),
        )
    for (let y = 0; y < side; y += half)
      for (let x = (y / half) % 2 === 0 ? half : 0; x < side; x += step)
        map[y * side + x] = wobble(at(x - half, y) + at(x + half, y) + at(x, y - half) + at(x, y + half))
  }
  const [low, high] = map.reduce(([least, most], v) => [Math.min(least, v), Math.max(most, v)] as const, [
    Infinity,
    -Infinity,
  ] as const)
  return map.map((value) => (high > low ? (value - low) / (high - low) : 0.5))
}

interface Snow {
  mean: number
  deviation: number
  zoom: number
  threshold: number
  radius: number
  sigma: number
  /** Fraction of the image as it was; the rest is whitened. */
  clear: number
}

const snowOf = ([mean, deviation, zoom, threshold, radius, sigma, clear]: readonly [
  ...[number, number, number, number],
  ...[number, number, number],
]): Snow => ({ mean, deviation, zoom, threshold, radius, sigma, clear })

/** Normal noise, enlarged, cut off below a threshold and blurred by a fall, laid over the whitened image twice, the second time upside down. */
export const snow: Corruption = {
  name: 'snow',
  kind: 'weather',
  summary: 'Falling snow.',
  create(severity, { size, ops }) {
    const constant = constants(severity, size, {
      small: [
        snowOf([0.1, 0.2, 1, 0.6, 8, 3, 0.95]),
        snowOf([0.1, 0.2, 1, 0.5, 10, 4, 0.9]),
        snowOf([0.15, 0.3, 1.75, 0.55, 10, 4, 0.9]),
        snowOf([0.25, 0.3, 2.25, 0.6, 12, 6, 0.85]),
        snowOf([0.3, 0.3, 1.25, 0.65, 14, 12, 0.8]),
      ],
      large: [
        snowOf([0.1, 0.3, 3, 0.5, 10, 4, 0.8]),
        snowOf([0.2, 0.3, 2, 0.5, 12, 4, 0.7]),
        snowOf([0.55, 0.3, 4, 0.9, 12, 8, 0.7]),
        snowOf([0.55, 0.3, 4.5, 0.85, 12, 8, 0.65]),
        snowOf([0.55, 0.3, 2.5, 0.85, 12, 12, 0.55]),
      ],
    })
    const halfWidth = Math.min(48, Math.round(2 * scaled(constant.radius, size)))
    return (image, rng) => {
      const { data, width, height, channels } = image
      const flakes = flakesOf(image, constant, rng)
      const kernel = motionKernel(halfWidth, scaled(constant.sigma, size), between(rng, [-135, -45]))
      const falling = ops.convolve({ data: flakes, width, height, channels: 1 }, kernel).data
      const grey = ops.withChannels(image, 1).data
      const pixels = width * height
      const snowy = data.map((value, i) => {
        const pixel = Math.floor(i / channels)
        const whitened = Math.max(value, (grey[pixel] ?? 0) * 1.5 + 127.5)
        const laid = (falling[pixel] ?? 0) + (falling[pixels - 1 - pixel] ?? 0)
        return byteOf(constant.clear * value + (1 - constant.clear) * whitened + laid)
      })
      return { ...image, data: snowy }
    }
  },
}

/** The middle of a noise image that is enlarged linearly. */
function flakesOf({ width, height }: RasterImage, { mean, deviation, zoom, threshold }: Snow, rng: Rng): Uint8Array {
  const [columns, rows] = [Math.ceil(width / zoom) + 1, Math.ceil(height / zoom) + 1]
  const noise = Float64Array.from({ length: columns * rows }, () => mean + deviation * rng.normal())
  const at = (x: number, y: number): number => noise[Math.min(rows - 1, y) * columns + Math.min(columns - 1, x)] ?? 0
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) / zoom, Math.floor(i / width) / zoom]
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [shareX, shareY] = [x - left, y - top]
    const above = at(left, top) * (1 - shareX) + at(left + 1, top) * shareX
    const below = at(left, top + 1) * (1 - shareX) + at(left + 1, top + 1) * shareX
    const value = above * (1 - shareY) + below * shareY
    return value < threshold ? 0 : byteOf(255 * value)
  })
}
