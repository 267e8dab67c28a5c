import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { between, perChannel, probability, range, seedFrom, sometimes } from './ranges.ts'

const fill = Type.Integer({ default: 0, minimum: 0, maximum: 255, description: 'Fill value.' })

const pixelOptions = Type.Object({
  probability: probability(0.5),
  share: range([0, 0.1], { minimum: 0, maximum: 1, description: 'Fraction of pixels that are dropped.' }),
  perChannel: perChannel(0),
  fill,
})

/** Overwrites single pixels. Source: imgaug's Dropout. */
export const dropoutPixels: AugmentComponent<typeof pixelOptions.properties> = {
  name: 'dropout-pixels',
  summary: 'Pixel dropout.',
  options: pixelOptions,
  create: ({ probability: share, share: of, perChannel: own, fill: value }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.dropout(image, {
        share: between(rng, of),
        columns: image.width,
        rows: image.height,
        perChannel: rng.uniform() < own,
        fill: value,
        seed: seedFrom(rng),
      }),
    ),
}

const coarseOptions = Type.Object({
  probability: probability(0.5),
  share: range([0.02, 0.1], { minimum: 0, maximum: 1, description: 'Fraction of cells that are dropped.' }),
  cell: range([0.05, 0.15], {
    minimum: 0.005,
    maximum: 1,
    description: 'Side of a cell, as a fraction of the shorter side.',
  }),
  perChannel: perChannel(0),
  fill,
})

/** Overwrites cells of a grid laid over the image. Source: imgaug's CoarseDropout. */
export const coarseDropout: AugmentComponent<typeof coarseOptions.properties> = {
  name: 'coarse-dropout',
  summary: 'Coarse dropout: overwrites cells of a grid.',
  options: coarseOptions,
  create: ({ probability: share, share: of, cell, perChannel: own, fill: value }, { ops }) =>
    sometimes(share, (image, rng) => {
      const side = between(rng, cell) * Math.min(image.width, image.height)
      const cells = (length: number): number => Math.min(length, Math.max(1, Math.round(length / side)))
      return ops.dropout(image, {
        share: between(rng, of),
        columns: cells(image.width),
        rows: cells(image.height),
        perChannel: rng.uniform() < own,
        fill: value,
        seed: seedFrom(rng),
      })
    }),
}
