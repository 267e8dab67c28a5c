import { seedFrom } from '../augment/ranges.ts'
import { constants, type Corruption } from './define.ts'

/** round(v + 255·σ·n), cut off. */
export const gaussianNoise: Corruption = {
  name: 'gaussian-noise',
  kind: 'noise',
  summary: 'Gaussian noise.',
  create(severity, { size, ops }) {
    const sigma =
      255 * constants(severity, size, { small: [0.04, 0.06, 0.08, 0.09, 0.1], large: [0.08, 0.12, 0.18, 0.26, 0.38] })
    return (image, rng) => ops.gaussianNoise(image, { sigma, perChannel: true, seed: seedFrom(rng) })
  },
}

/** Poisson(v·photons/255)·255/photons. */
export const shotNoise: Corruption = {
  name: 'shot-noise',
  kind: 'noise',
  summary: 'Poisson (shot) noise.',
  create(severity, { size, ops }) {
    const photons = constants(severity, size, { small: [500, 250, 100, 75, 50], large: [60, 25, 12, 5, 3] })
    return (image, rng) => ops.shotNoise(image, { photons, perChannel: true, seed: seedFrom(rng) })
  },
}

/** Salt and pepper, in each channel by itself. */
export const impulseNoise: Corruption = {
  name: 'impulse-noise',
  kind: 'noise',
  summary: 'Impulse noise.',
  create(severity, { size, ops }) {
    const share = constants(severity, size, {
      small: [0.01, 0.02, 0.03, 0.05, 0.07],
      large: [0.03, 0.06, 0.09, 0.17, 0.27],
    })
    return (image, rng) => ops.impulseNoise(image, { share, values: 0.5, perChannel: true, seed: seedFrom(rng) })
  },
}
