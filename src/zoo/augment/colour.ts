import Type, { type TNumber } from 'typebox'
import type { AugmentComponent } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import { shuffle } from '../rng.ts'
import type { PixelOps } from './pixel-ops.ts'
import { between, betweenRatios, probability, range, sometimes } from './ranges.ts'

const hueOptions = Type.Object({
  probability: probability(0.5),
  hue: range([-0.05, 0.05], {
    minimum: -0.5,
    maximum: 0.5,
    description: 'Hue shift, as a fraction of the full circle.',
  }),
  saturation: range([0.7, 1.43], {
    minimum: 0.05,
    maximum: 20,
    description: 'Saturation factor in HSV, log-uniform.',
  }),
})

/** Turns the hue and multiplies the saturation, in HSV of 8 bits; grey images stay as they are. Source: torchvision's adjust_hue; imgaug's MultiplyHueAndSaturation. */
export const hueSaturation: AugmentComponent<typeof hueOptions.properties> = {
  name: 'hue-saturation',
  summary: 'Random hue shift and saturation.',
  options: hueOptions,
  create: ({ probability: share, hue, saturation }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.hueSaturation(image, { turn: between(rng, hue), saturation: betweenRatios(rng, saturation) }),
    ),
}

const strength = (value: number, maximum: number, description: string): TNumber =>
  Type.Number({ default: value, minimum: 0, maximum, description })

const jitterOptions = Type.Object({
  probability: probability(0.8),
  brightness: strength(0.4, 10, 'Factor from 1 − this (at least 0) to 1 + this.'),
  contrast: strength(0.4, 10, 'Factor from 1 − this (at least 0) to 1 + this.'),
  saturation: strength(0.4, 10, 'Factor from 1 − this (at least 0) to 1 + this.'),
  hue: strength(0.1, 0.5, 'Turn of the hue up to this, either way, of the whole circle.'),
})

/** Changes brightness, contrast, saturation and hue, in random order; what is 0 is left out. Source: torchvision's ColorJitter. */
export const colorJitter: AugmentComponent<typeof jitterOptions.properties> = {
  name: 'color-jitter',
  summary: 'Random brightness, contrast, saturation and hue, in random order.',
  options: jitterOptions,
  create: ({ probability: share, hue, ...factors }, { ops }) => {
    const changes = [
      ...CHANGES.map(({ name, apply }) => ({ apply, ends: [Math.max(0, 1 - factors[name]), 1 + factors[name]] })),
      { apply: turnHue, ends: [-hue, hue] },
    ].filter(({ ends: [low, high] }) => low !== high)
    return sometimes(share, (image, rng) => {
      let result = image
      for (const i of shuffle(Int32Array.from(changes.keys()), rng)) {
        const { apply, ends } = changes[i]!
        result = apply(ops, result, between(rng, ends))
      }
      return result
    })
  },
}

type Change = (ops: PixelOps, image: RasterImage, amount: number) => RasterImage

const turnHue: Change = (ops, image, turn) => ops.hueSaturation(image, { turn, saturation: 1 })

const CHANGES: readonly { name: 'brightness' | 'contrast' | 'saturation'; apply: Change }[] = [
  { name: 'brightness', apply: (ops, image, factor) => ops.brightness(image, factor) },
  { name: 'contrast', apply: (ops, image, factor) => ops.contrast(image, factor) },
  { name: 'saturation', apply: (ops, image, factor) => ops.color(image, factor) },
]

const grayscaleOptions = Type.Object({
  probability: probability(0.1),
  alpha: range([1, 1], { minimum: 0, maximum: 1, description: 'Blend of greyscale over colour; 1: greyscale.' }),
})

/** Takes colour away: luma in every channel. Source: torchvision's RandomGrayscale; imgaug's Grayscale. */
export const grayscale: AugmentComponent<typeof grayscaleOptions.properties> = {
  name: 'grayscale',
  summary: 'Converts to greyscale.',
  options: grayscaleOptions,
  create: ({ probability: share, alpha }, { ops }) =>
    sometimes(share, (image, rng) => ops.color(image, 1 - between(rng, alpha))),
}
