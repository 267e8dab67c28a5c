import type { RasterImage } from '../raster-image.ts'
import { OPERATIONS, type OperationName } from './operations.ts'
import type { PixelOps, Sampling } from './pixel-ops.ts'

/** An operation and the magnitudes it takes. */
export interface SpaceOperation {
  readonly name: OperationName
  /** Whether the magnitude's sign is drawn. */
  readonly signed: boolean
  /** How many magnitudes there are, from 0 on; 1 where there is nothing to choose. */
  readonly bins: number
  /** Magnitude of a bin, which need not be whole. */
  at(bin: number, image: Pick<RasterImage, 'width' | 'height'>): number
}

type Ends = number | ((image: Pick<RasterImage, 'width' | 'height'>) => number)

/** torch's `linspace` in float32, up to the last bit: from both ends to the middle. */
export function linspace(start: number, end: number, bins: number): (bin: number) => number {
  const [from, to] = [Math.fround(start), Math.fround(end)]
  const step = Math.fround(Math.fround(to - from) / (bins - 1))
  return (bin) => Math.fround(bin < Math.floor(bins / 2) ? from + step * bin : to - step * (bins - 1 - bin))
}

const ramp =
  (bins: number, signed: boolean) =>
  (name: OperationName, start: number, end: Ends): SpaceOperation => {
    if (typeof end === 'number') return { name, signed, bins, at: linspace(start, end, bins) }
    return { name, signed, bins, at: (bin, image) => linspace(start, end(image), bins)(bin) }
  }

const fixed = (name: OperationName): SpaceOperation => ({ name, signed: false, bins: 1, at: () => 0 })

/** `most` bits less `cut` at the last bin. */
const bits = (bins: number, most: number, cut: number): SpaceOperation => ({
  name: 'Posterize',
  signed: false,
  bins,
  at: (bin) => most - Math.round(bin / ((bins - 1) / cut)),
})

const enhancements = (bins: number, most: number): SpaceOperation[] =>
  (['Brightness', 'Color', 'Contrast', 'Sharpness'] as const).map((name) => ramp(bins, true)(name, 0, most))

/**
 * Of AutoAugment and RandAugment, without what takes no magnitude at all.
 * Source: Cubuk et al. 2019, Table 6, https://arxiv.org/abs/1805.09501; torchvision's `_augmentation_space`.
 */
export function policySpace(bins: number): SpaceOperation[] {
  const signed = ramp(bins, true)
  return [
    fixed('Identity'),
    signed('ShearX', 0, 0.3),
    signed('ShearY', 0, 0.3),
    signed('TranslateX', 0, ({ width }) => (150 / 331) * width),
    signed('TranslateY', 0, ({ height }) => (150 / 331) * height),
    signed('Rotate', 0, 30),
    ...enhancements(bins, 0.9),
    bits(bins, 8, 4),
    ramp(bins, false)('Solarize', 255, 0),
    fixed('AutoContrast'),
    fixed('Equalize'),
  ]
}

/** Of TrivialAugment (Wide). Source: Müller and Hutter 2021, Table 6, https://arxiv.org/abs/2103.10158. */
export function wideSpace(bins: number): SpaceOperation[] {
  const signed = ramp(bins, true)
  return [
    fixed('Identity'),
    signed('ShearX', 0, 0.99),
    signed('ShearY', 0, 0.99),
    signed('TranslateX', 0, 32),
    signed('TranslateY', 0, 32),
    signed('Rotate', 0, 135),
    ...enhancements(bins, 0.99),
    bits(bins, 8, 6),
    ramp(bins, false)('Solarize', 255, 0),
    fixed('AutoContrast'),
    fixed('Equalize'),
  ]
}

/** Of AugMix; `all` adds what ImageNet-C also has. Source: torchvision's AugMix. */
export function mixSpace(bins: number, all: boolean): SpaceOperation[] {
  const signed = ramp(bins, true)
  return [
    signed('ShearX', 0, 0.3),
    signed('ShearY', 0, 0.3),
    signed('TranslateX', 0, ({ width }) => width / 3),
    signed('TranslateY', 0, ({ height }) => height / 3),
    signed('Rotate', 0, 30),
    bits(bins, 4, 4),
    ramp(bins, false)('Solarize', 255, 0),
    fixed('AutoContrast'),
    fixed('Equalize'),
    ...(all ? enhancements(bins, 0.9) : []),
  ]
}

/** Applies an operation of a space at a bin, with the magnitude's sign turned or not. */
export function applyOperation(
  ops: PixelOps,
  image: RasterImage,
  { name, signed, at }: SpaceOperation,
  { bin, negative, sampling }: { bin: number; negative: boolean; sampling: Sampling },
): RasterImage {
  const magnitude = at(bin, image)
  return OPERATIONS[name](ops, image, signed && negative ? -magnitude : magnitude, sampling)
}
