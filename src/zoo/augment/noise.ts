import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { between, perChannel, probability, range, seedFrom, sometimes } from './ranges.ts'

const gaussianOptions = Type.Object({
  probability: probability(0.5),
  sigma: range([0, 12], { minimum: 0, maximum: 255, description: 'Standard deviation, in levels of 255.' }),
  perChannel: perChannel(1),
})

/** Adds normal noise, as of a sensor's electronics: round(v + σ·n), cut off at 0 and 255. */
export const gaussianNoise: AugmentComponent<typeof gaussianOptions.properties> = {
  name: 'gaussian-noise',
  summary: 'Additive Gaussian noise.',
  options: gaussianOptions,
  create: ({ probability: share, sigma, perChannel: own }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.gaussianNoise(image, { sigma: between(rng, sigma), perChannel: rng.uniform() < own, seed: seedFrom(rng) }),
    ),
}

const shotOptions = Type.Object({
  probability: probability(0.5),
  photons: range([60, 600], {
    minimum: 1,
    maximum: 10_000,
    description: 'Photons per white pixel; fewer means more noise.',
  }),
  perChannel: perChannel(1),
})

/**
 * Noise of counted photons, as in little light: Poisson(v·photons/255)·255/photons, rounded and cut off at 255.
 * Source: Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261.
 */
export const shotNoise: AugmentComponent<typeof shotOptions.properties> = {
  name: 'shot-noise',
  summary: 'Poisson (shot) noise.',
  options: shotOptions,
  create: ({ probability: share, photons, perChannel: own }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.shotNoise(image, { photons: between(rng, photons), perChannel: rng.uniform() < own, seed: seedFrom(rng) }),
    ),
}

const replaced = range([0, 0.06], { minimum: 0, maximum: 1, description: 'Fraction of pixels that are replaced.' })

const saltOptions = Type.Object({
  probability: probability(0.5),
  share: replaced,
  salt: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Fraction of white among the replaced pixels.',
  }),
  perChannel: perChannel(0),
})

/** Makes single pixels white or black. Source: imgaug's SaltAndPepper. */
export const saltAndPepper: AugmentComponent<typeof saltOptions.properties> = {
  name: 'salt-and-pepper',
  summary: 'Salt-and-pepper noise.',
  options: saltOptions,
  create: ({ probability: share, share: of, salt, perChannel: own }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.impulseNoise(image, {
        share: between(rng, of),
        values: salt,
        perChannel: rng.uniform() < own,
        seed: seedFrom(rng),
      }),
    ),
}

const impulseOptions = Type.Object({
  probability: probability(0.5),
  share: replaced,
  values: Type.Union([Type.Literal('extremes'), Type.Literal('any')], {
    default: 'extremes',
    description: 'extremes: 0 or 255 with equal probability; any: uniform values.',
  }),
})

/**
 * Replaces single values, in each channel by itself, as errors of transmission do.
 * Source: imgaug's ImpulseNoise; Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261.
 */
export const impulseNoise: AugmentComponent<typeof impulseOptions.properties> = {
  name: 'impulse-noise',
  summary: 'Impulse noise, independent per channel.',
  options: impulseOptions,
  create: ({ probability: share, share: of, values }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.impulseNoise(image, {
        share: between(rng, of),
        values: values === 'any' ? values : 0.5,
        perChannel: true,
        seed: seedFrom(rng),
      }),
    ),
}
