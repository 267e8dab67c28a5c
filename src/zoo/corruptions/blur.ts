import type { Kernel } from '../augment/effect-ops.ts'
import { spread } from '../augment/blur.ts'
import { between } from '../augment/ranges.ts'
import { constants, scaled, type Corruption } from './define.ts'

/** Of a kernel, on each side of its middle. */
const MAX_HALF_WIDTH = 49
/** scipy's. */
const TRUNCATE = 4

/** By a kernel cut off at four σ, rows first and columns then; where that is too long, by three boxes. */
export const gaussianBlur: Corruption = {
  name: 'gaussian-blur',
  kind: 'blur',
  summary: 'Gaussian blur.',
  create(severity, { size, ops }) {
    const sigma = scaled(constants(severity, size, { small: [0.4, 0.6, 0.7, 0.8, 1], large: [1, 2, 3, 4, 6] }), size)
    const halfWidth = Math.floor(TRUNCATE * sigma + 0.5)
    if (halfWidth > MAX_HALF_WIDTH) return (image) => ops.gaussianBlur(image, sigma)
    const weights = gaussian(halfWidth, sigma)
    const across: Kernel = { width: weights.length, height: 1, weights }
    const down: Kernel = { width: 1, height: weights.length, weights }
    return (image) => ops.convolve(ops.convolve(image, across), down)
  },
}

/** By a disk whose rim is smoothed; beyond the image its border goes on. */
export const defocusBlur: Corruption = {
  name: 'defocus-blur',
  kind: 'blur',
  summary: 'Defocus blur.',
  create(severity, { size, ops }) {
    const [radius, smoothing] = constants<readonly [number, number]>(severity, size, {
      small: [
        [0.3, 0.4],
        [0.4, 0.5],
        [0.5, 0.6],
        [1, 0.2],
        [1.5, 0.1],
      ],
      large: [
        [3, 0.1],
        [4, 0.5],
        [6, 0.5],
        [8, 0.5],
        [10, 0.5],
      ],
    })
    const kernel = diskKernel(Math.min(MAX_HALF_WIDTH - 2, scaled(radius, size)), smoothing)
    return (image) => ops.convolve(image, kernel)
  },
}

/** Weights that fall off as half a Gaussian along a line from each pixel, in a direction from −45° to 45° that is drawn for each image. */
export const motionBlur: Corruption = {
  name: 'motion-blur',
  kind: 'blur',
  summary: 'Motion blur.',
  create(severity, { size, ops }) {
    const [radius, sigma] = constants<readonly [number, number]>(severity, size, {
      small: [
        [6, 1],
        [6, 1.5],
        [6, 2],
        [8, 2],
        [9, 2.5],
      ],
      large: [
        [10, 3],
        [15, 5],
        [15, 8],
        [15, 12],
        [20, 15],
      ],
    })
    const halfWidth = Math.min(MAX_HALF_WIDTH - 1, Math.round(2 * scaled(radius, size)))
    return (image, rng) => ops.convolve(image, motionKernel(halfWidth, scaled(sigma, size), between(rng, [-45, 45])))
  },
}

function gaussian(halfWidth: number, sigma: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * halfWidth + 1 }, (_, i) =>
    Math.exp(-((i - halfWidth) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** The pixels within a radius, under a Gaussian of 3 × 3 pixels, or 5 × 5 for a radius over 8. */
function diskKernel(radius: number, smoothing: number): Kernel {
  const rim = gaussian(radius <= 8 ? 1 : 2, smoothing)
  const edge = (rim.length - 1) / 2
  const halfWidth = Math.ceil(radius) + edge
  const side = 2 * halfWidth + 1
  const weights = new Float32Array(side * side)
  for (let y = -halfWidth; y <= halfWidth; y++)
    for (let x = -halfWidth; x <= halfWidth; x++) {
      if (x * x + y * y > radius * radius) continue
      rim.forEach((down, i) =>
        rim.forEach((across, j) => {
          const [row, column] = [y + halfWidth + i - edge, x + halfWidth + j - edge]
          weights[row * side + column]! += down * across
        }),
      )
    }
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return { width: side, height: side, weights: weights.map((weight) => weight / sum) }
}

/** Points one pixel apart along a line from the middle, each divided among the four pixels around it. */
export function motionKernel(halfWidth: number, sigma: number, degrees: number): Kernel {
  const middle = halfWidth + 1
  const side = 2 * middle + 1
  const weights = new Float32Array(side * side)
  const [alongX, alongY] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const half = gaussian(halfWidth, sigma).subarray(halfWidth)
  const sum = half.reduce((total, weight) => total + weight, 0)
  half.forEach((weight, i) => {
    const [x, y] = [middle + i * alongX, middle + i * alongY]
    spread(weights, side, { x, y, weigh: (share) => (share * weight) / sum })
  })
  return { width: side, height: side, weights }
}
