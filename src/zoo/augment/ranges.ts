import Type, { type TArray, type TInteger, type TNumber } from 'typebox'
import type { Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'

interface Bounds {
  minimum: number
  maximum: number
  description: string
}

type Ends = readonly [low: number, high: number]

/** An option with two ends, between which a number is drawn for each image. */
export const range = (ends: Ends, { description, ...bounds }: Bounds): TArray<TNumber> =>
  Type.Array(Type.Number(bounds), { ...pair(ends), description })

/** An option with two ends, between which a whole number is drawn for each image, both included. */
export const wholeRange = (ends: Ends, { description, ...bounds }: Bounds): TArray<TInteger> =>
  Type.Array(Type.Integer(bounds), { ...pair(ends), description })

const pair = (ends: Ends): { minItems: 2; maxItems: 2; default: number[] } => ({
  minItems: 2,
  maxItems: 2,
  default: [...ends],
})

export const between = (rng: Rng, [low = 0, high = low]: readonly number[]): number =>
  low + (high - low) * rng.uniform()

/** Even in the logarithm, so that a half is as likely as twice as much. */
export const betweenRatios = (rng: Rng, [low = 1, high = low]: readonly number[]): number =>
  low * (high / low) ** rng.uniform()

export const wholeBetween = (rng: Rng, [low = 0, high = low]: readonly number[]): number =>
  Math.min(low, high) + rng.integer(Math.abs(high - low) + 1)

/** A seed for operations that draw numbers of their own. */
export const seedFrom = (rng: Rng): number => rng.integer(2 ** 32)

/** The option of `sometimes`. */
export const probability = (share: number): TNumber =>
  Type.Number({
    default: share,
    minimum: 0,
    maximum: 1,
    description: 'Probability of applying it.',
  })

/** Fraction of the images whose channels are treated apart. */
export const perChannel = (share: number): TNumber =>
  Type.Number({
    default: share,
    minimum: 0,
    maximum: 1,
    description: 'Fraction of the affected images in which each channel is sampled independently.',
  })

type Transform = (image: RasterImage, rng: Rng) => RasterImage

export const sometimes =
  (share: number, transform: Transform): Transform =>
  (image, rng) =>
    rng.uniform() < share ? transform(image, rng) : image
