import type { EffectOps } from '../zoo/augment/effect-ops.ts'
import type { Imaging, OperationCaller } from './imaging.ts'
import { finite, whole, within } from './pixel-parameters.ts'

const WIDEST_BLUR = 1000
const LARGEST_KERNEL = 99

/** The operations of `EffectOps` in C++. */
export function effectOps(code: Imaging['operations'], { same }: OperationCaller): EffectOps {
  const blurred = (what: string, value: number): number => within(what, value, 0, WIDEST_BLUR)
  const side = (value: number): number => whole('kernel’s side', value, 1, LARGEST_KERNEL)
  return {
    boxBlur: (image, radius) => same(code.boxBlur, image, [blurred('radius', radius)]),
    gaussianBlur: (image, sigma) => same(code.gaussianBlur, image, [blurred('sigma', sigma)]),
    medianBlur: (image, square) => same(code.medianBlur, image, [whole('side', square, 1, 15)]),
    unsharpMask: (image, { sigma, percent, threshold }) =>
      same(code.unsharpMask, image, [
        ...[blurred('sigma', sigma), whole('percent', percent, 0, 10_000), whole('threshold', threshold, 0, 255)],
      ]),
    convolve: (image, { width, height, weights, offset = 0 }) =>
      same(code.convolve, image, [side(width), side(height), finite(offset)], [weights]),
  }
}
