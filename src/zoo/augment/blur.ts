import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import type { Kernel } from './effect-ops.ts'
import { between, probability, range, sometimes, wholeBetween, wholeRange } from './ranges.ts'

const gaussianOptions = Type.Object({
  probability: probability(0.5),
  sigma: range([0.1, 2], { minimum: 0, maximum: 50, description: 'Standard deviation, pixels.' }),
})

/**
 * Blurs with a Gaussian, as three passes of a box.
 * Source: Pillow's GaussianBlur; Gwosdek et al. 2011, https://www.mia.uni-saarland.de/Publications/gwosdek-ssvm11.pdf.
 */
export const gaussianBlur: AugmentComponent<typeof gaussianOptions.properties> = {
  name: 'gaussian-blur',
  summary: 'Gaussian blur.',
  options: gaussianOptions,
  create: ({ probability: share, sigma }, { ops }) =>
    sometimes(share, (image, rng) => ops.gaussianBlur(image, between(rng, sigma))),
}

const averageOptions = Type.Object({
  probability: probability(0.5),
  radius: range([0.5, 2], {
    minimum: 0,
    maximum: 50,
    description: 'Radius of the box, pixels; fractional pixels are weighted.',
  }),
})

/** Averages the pixels of a square. Source: Pillow's BoxBlur. */
export const averageBlur: AugmentComponent<typeof averageOptions.properties> = {
  name: 'average-blur',
  summary: 'Box blur.',
  options: averageOptions,
  create: ({ probability: share, radius }, { ops }) =>
    sometimes(share, (image, rng) => ops.boxBlur(image, between(rng, radius))),
}

const medianOptions = Type.Object({
  probability: probability(0.5),
  radius: wholeRange([1, 2], {
    minimum: 0,
    maximum: 7,
    description: 'Radius, pixels; 1 is a 3 × 3 window.',
  }),
})

/** Takes the middle value of a square, a channel. Source: Pillow's MedianFilter. */
export const medianBlur: AugmentComponent<typeof medianOptions.properties> = {
  name: 'median-blur',
  summary: 'Median blur.',
  options: medianOptions,
  create: ({ probability: share, radius }, { ops }) =>
    sometimes(share, (image, rng) => ops.medianBlur(image, 2 * wholeBetween(rng, radius) + 1)),
}

const motionOptions = Type.Object({
  probability: probability(0.5),
  length: range([3, 9], { minimum: 1, maximum: 97, description: 'Length of the motion, pixels; 1: none.' }),
  angle: range([0, 360], {
    minimum: -360,
    maximum: 360,
    description: 'Direction, degrees clockwise from the x axis.',
  }),
})

/** Averages along a straight line, as when the camera moves evenly. */
export const motionBlur: AugmentComponent<typeof motionOptions.properties> = {
  name: 'motion-blur',
  summary: 'Motion blur.',
  options: motionOptions,
  create: ({ probability: share, length, angle }, { ops }) =>
    sometimes(share, (image, rng) => ops.convolve(image, lineKernel(between(rng, length), between(rng, angle)))),
}

/** Points along a line, at most one pixel apart, each divided among the four pixels around it. */
export function lineKernel(length: number, degrees: number): Kernel {
  const halfWidth = (length - 1) / 2
  const points = Math.ceil(length)
  const middle = Math.ceil(halfWidth)
  const side = 2 * middle + 1
  const weights = new Float32Array(side * side)
  const [alongX, alongY] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  for (let i = 0; i < points; i++) {
    const at = points === 1 ? 0 : -halfWidth + (2 * halfWidth * i) / (points - 1)
    const [x, y] = [middle + at * alongX, middle + at * alongY]
    spread(weights, side, { x, y, weigh: (share) => share / points })
  }
  return { width: side, height: side, weights }
}

/** Adds a point between pixels to a square kernel, shared among the four around it; `weigh` makes a share the weight that is added. */
export function spread(
  weights: Float32Array,
  side: number,
  { x, y, weigh }: { x: number; y: number; weigh: (share: number) => number },
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [shareX, shareY] = [x - left, y - top]
  for (const [column, row, share] of [
    [left, top, (1 - shareX) * (1 - shareY)],
    [left + 1, top, shareX * (1 - shareY)],
    [left, top + 1, (1 - shareX) * shareY],
    [left + 1, top + 1, shareX * shareY],
  ] as const)
    if (share > 0 && column < side && row < side) weights[row * side + column]! += weigh(share)
}
