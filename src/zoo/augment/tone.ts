import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { between, betweenRatios, probability, range, sometimes, wholeBetween, wholeRange } from './ranges.ts'

const contrastOptions = Type.Object({
  probability: probability(0.5),
  factor: range([0.6, 1.4], {
    minimum: 0,
    maximum: 10,
    description: 'Contrast factor; 0: uniform grey, 1: unchanged.',
  }),
  around: Type.Union([Type.Literal('mean'), Type.Literal('middle')], {
    default: 'mean',
    description: 'Fixed point: the mean brightness of the image, or mid-grey.',
  }),
})

/** Spreads values away from a grey, or draws them to it. Source: Pillow's ImageEnhance.Contrast; imgaug's LinearContrast (`middle`). */
export const contrast: AugmentComponent<typeof contrastOptions.properties> = {
  name: 'contrast',
  summary: 'Random contrast.',
  options: contrastOptions,
  create: ({ probability: share, factor, around }, { ops }) =>
    sometimes(share, (image, rng) => {
      const drawn = between(rng, factor)
      return around === 'mean' ? ops.contrast(image, drawn) : ops.lookup(image, contrastTable(drawn))
    }),
}

const MIDDLE = 127

const contrastTable = (factor: number): Uint8Array =>
  new Uint8Array(Uint8ClampedArray.from({ length: 256 }, (_, value) => MIDDLE + factor * (value - MIDDLE)).buffer)

const gammaOptions = Type.Object({
  probability: probability(0.5),
  gamma: range([0.7, 1.43], {
    minimum: 0.05,
    maximum: 20,
    description: 'Exponent, log-uniform; below 1 lightens shadows, above 1 darkens them.',
  }),
})

/** 255·(v/255)^γ. Source: torchvision's adjust_gamma. */
export const gamma: AugmentComponent<typeof gammaOptions.properties> = {
  name: 'gamma',
  summary: 'Gamma correction.',
  options: gammaOptions,
  create: ({ probability: share, gamma: exponents }, { ops }) =>
    sometimes(share, (image, rng) => ops.lookup(image, gammaTable(betweenRatios(rng, exponents)))),
}

export const gammaTable = (exponent: number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, value) => Math.trunc((255 + 1 - 1e-3) * (value / 255) ** exponent))

const claheOptions = Type.Object({
  probability: probability(0.5),
  clipLimit: range([1, 4], {
    minimum: 1,
    maximum: 40,
    description: 'Clip limit, as a multiple of the uniform histogram count; 1 changes little.',
  }),
  tiles: wholeRange([4, 8], {
    minimum: 1,
    maximum: 32,
    description: 'Tiles per side; each is equalised separately and interpolated with its neighbours.',
  }),
})

/**
 * Contrast limited adaptive histogram equalisation: of a colour image's luma, whose change is added to every channel.
 * Source: Zuiderveld 1994, Graphics Gems IV; OpenCV's CLAHE.
 */
export const clahe: AugmentComponent<typeof claheOptions.properties> = {
  name: 'clahe',
  summary: 'CLAHE: contrast-limited adaptive histogram equalisation.',
  options: claheOptions,
  create: ({ probability: share, clipLimit, tiles }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.clahe(image, { clipLimit: between(rng, clipLimit), tiles: wholeBetween(rng, tiles) }),
    ),
}
