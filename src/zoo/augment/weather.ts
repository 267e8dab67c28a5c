import Type, { type TArray, type TNumber } from 'typebox'
import type { AugmentComponent } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import { between, probability, range, seedFrom, sometimes, wholeBetween, wholeRange } from './ranges.ts'

const share = (ends: readonly [number, number], maximum: number, description: string): TArray<TNumber> =>
  range(ends, { minimum: 0, maximum, description })

const fogOptions = Type.Object({
  probability: probability(0.2),
  density: share([0.2, 0.6], 1, 'Share of the image’s light that the fog swallows where it is of middling density.'),
  light: wholeRange([200, 255], { minimum: 0, maximum: 255, description: 'Brightness of the fog, 0 to 255.' }),
  clouds: range([0.3, 1], {
    minimum: 0.02,
    maximum: 4,
    description: 'Side of the largest clouds, as a fraction of the shorter side.',
  }),
  roughness: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Weight of clouds of half the size, relative to the next larger ones.',
  }),
})

/**
 * Lays fog over the image: light + (v − light)·(1 − density)^(½ + m), with m from 0 to 1 up to six octaves of value noise.
 * Source: the scattering law of Koschmieder 1924 with clouds in the spirit of Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261.
 */
export const fog: AugmentComponent<typeof fogOptions.properties> = {
  name: 'fog',
  summary: 'Synthetic fog of uneven density.',
  options: fogOptions,
  create: ({ probability: of, density, light, clouds, roughness }, { ops }) =>
    sometimes(of, (image, rng) =>
      ops.fog(image, {
        density: between(rng, density),
        light: wholeBetween(rng, light),
        roughness,
        side: between(rng, clouds) * shorter(image),
        seed: seedFrom(rng),
      }),
    ),
}

const shorter = ({ width, height }: RasterImage): number => Math.min(width, height)
const angle = range([-25, 25], {
  minimum: -90,
  maximum: 90,
  description: 'Direction of the fall, degrees from vertical; positive: to the left.',
})

const snowOptions = Type.Object({
  probability: probability(0.2),
  flakes: wholeRange([50, 300], { minimum: 0, maximum: 5000, description: 'Number of flakes.' }),
  size: share(
    [0.005, 0.03],
    0.2,
    'Width of the farthest and of the nearest flakes, as a fraction of the shorter side.',
  ),
  speed: share([0.01, 0.05], 1, 'Length of the track of the nearest flakes, as a fraction of the shorter side.'),
  angle,
  haze: share([0, 0.2], 1, 'Share of white that is laid over the image.'),
})

/** White flakes that fall before a whitened image; near ones are larger, and rarer. In the spirit of imgaug's Snowflakes and of ImageNet-C. */
export const snow: AugmentComponent<typeof snowOptions.properties> = {
  name: 'snow',
  summary: 'Synthetic snow.',
  options: snowOptions,
  create: ({ probability: of, flakes, size: [far = 0, near = far], speed, angle: angles, haze }, { ops }) =>
    sometimes(of, (image, rng) => {
      const [side, white] = [shorter(image), between(rng, haze)]
      const whitened = ops.lookup(
        image,
        Uint8Array.from({ length: 256 }, (_, v) => Math.round(v + (255 - v) * white)),
      )
      return ops.particles(whitened, {
        count: wholeBetween(rng, flakes),
        value: 255,
        opacity: 0.9,
        radius: [(far * side) / 2, (near * side) / 2],
        track: [0, between(rng, speed) * side],
        angle: between(rng, angles),
        spread: 15,
        seed: seedFrom(rng),
      })
    }),
}

const rainOptions = Type.Object({
  probability: probability(0.2),
  drops: wholeRange([50, 250], { minimum: 0, maximum: 5000, description: 'Number of drops.' }),
  width: share(
    [0.002, 0.008],
    0.1,
    'Width of the farthest and of the nearest drops, as a fraction of the shorter side.',
  ),
  length: share(
    [0.04, 0.15],
    1,
    'Length of the tracks of the farthest and of the nearest drops, as a fraction of the shorter side.',
  ),
  angle,
  opacity: share([0.3, 0.6], 1, 'Share of a drop’s light over the image.'),
  darkness: share([0, 0.25], 1, 'Share of the light that clouds take.'),
})

/** Streaks of light that fall before a darkened image; near ones are longer and wider, and rarer. In the spirit of imgaug's Rain. */
export const rain: AugmentComponent<typeof rainOptions.properties> = {
  name: 'rain',
  summary: 'Synthetic rain.',
  options: rainOptions,
  create: (
    { probability: of, drops, width: [thin = 0, wide = thin], length, angle: angles, opacity, darkness },
    { ops },
  ) =>
    sometimes(of, (image, rng) => {
      const side = shorter(image)
      const [short = 0, long = short] = length
      return ops.particles(ops.brightness(image, 1 - between(rng, darkness)), {
        count: wholeBetween(rng, drops),
        value: 210,
        opacity: between(rng, opacity),
        radius: [(thin * side) / 2, (wide * side) / 2],
        track: [short * side, long * side],
        angle: between(rng, angles),
        spread: 3,
        seed: seedFrom(rng),
      })
    }),
}
