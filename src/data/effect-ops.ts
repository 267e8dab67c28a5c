import type { Drawing, EffectOps } from '../zoo/augment/effect-ops.ts'
import type { Imaging, OperationCaller } from './imaging.ts'
import { byte, finite, integerIn, seed32, within } from './pixel-parameters.ts'

const WIDEST_BLUR = 1000
const MAX_KERNEL = 99
const MAX_PHOTONS = 10_000
const MAX_PARTICLES = 100_000
/** Pixels. */
const FAR = 100_000

/** The operations of `EffectOps` in C++. */
export function effectOps(code: Imaging['operations'], { same }: OperationCaller): EffectOps {
  const blurred = (what: string, value: number): number => within(what, value, 0, WIDEST_BLUR)
  const side = (value: number): number => integerIn('kernel’s side', value, 1, MAX_KERNEL)
  const share = (value: number): number => within('share', value, 0, 1)
  const drawing = ({ perChannel, seed }: Drawing): number[] => [perChannel ? 1 : 0, seed32(seed)]
  return {
    boxBlur: (image, radius) => same(code.boxBlur, image, [blurred('radius', radius)]),
    gaussianBlur: (image, sigma) => same(code.gaussianBlur, image, [blurred('sigma', sigma)]),
    medianBlur: (image, square) => same(code.medianBlur, image, [integerIn('side', square, 1, 15)]),
    unsharpMask: (image, { sigma, percent, threshold }) =>
      same(code.unsharpMask, image, [
        ...[
          blurred('sigma', sigma),
          integerIn('percent', percent, 0, 10_000),
          integerIn('threshold', threshold, 0, 255),
        ],
      ]),
    convolve: (image, { width, height, weights, offset = 0 }) =>
      same(code.convolve, image, [side(width), side(height), finite(offset)], [weights]),
    gaussianNoise: (image, { sigma, ...draws }) =>
      same(code.gaussianNoise, image, [within('sigma', sigma, 0, 255), ...drawing(draws)]),
    shotNoise: (image, { photons, ...draws }) =>
      same(code.shotNoise, image, [within('photons', photons, 1, MAX_PHOTONS), ...drawing(draws)]),
    impulseNoise: (image, { share: replaced, values, ...draws }) =>
      same(code.impulseNoise, image, [share(replaced), values === 'any' ? -1 : share(values), ...drawing(draws)]),
    dropout: (image, { share: dropped, columns, rows, fill, perChannel, seed }) =>
      same(code.dropout, image, [
        ...[share(dropped), integerIn('columns', columns, 1, image.width), integerIn('rows', rows, 1, image.height)],
        ...[perChannel ? 1 : 0, byte(fill), seed32(seed)],
      ]),
    clahe: (image, { clipLimit, tiles }) =>
      same(code.clahe, image, [integerIn('tiles', tiles, 1, 32), within('clipLimit', clipLimit, 0, 1000)]),
    jpeg: (image, quality) => same(code.jpeg, image, [integerIn('quality', quality, 1, 100)]),
    hueSaturation: (image, { turn, saturation }) =>
      same(code.hueSaturation, image, [
        ...[Math.trunc(within('turn', turn, -1, 1) * 255) & 255, within('saturation', saturation, 0, 255)],
      ]),
    fog: (image, { density, light, side: clouds, roughness, seed }) =>
      same(code.fog, image, [
        ...[within('density', density, 0, 1), byte(light), within('side', Math.max(1, clouds), 1, FAR)],
        ...[within('roughness', roughness, 0, 1), seed32(seed)],
      ]),
    particles: (image, { count, value, opacity, radius, track, angle, spread, seed }) =>
      same(code.particles, image, [
        ...[integerIn('count', count, 0, MAX_PARTICLES), byte(value), within('opacity', opacity, 0, 1)],
        ...[...radius, ...track].map((length) => within('size', length, 0, FAR)),
        ...[finite(angle), finite(spread), seed32(seed)],
      ]),
  }
}
