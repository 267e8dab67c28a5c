import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { probability, sometimes, wholeBetween, wholeRange } from './ranges.ts'

const options = Type.Object({
  probability: probability(0.5),
  quality: wholeRange([30, 90], {
    minimum: 1,
    maximum: 100,
    description: 'libjpeg quality; 100 is best.',
  }),
})

/** Compresses as JPEG and decompresses, with colour differences at half the resolution. Source: Pillow's `save` by libjpeg-turbo. */
export const jpeg: AugmentComponent<typeof options.properties> = {
  name: 'jpeg',
  summary: 'JPEG compression artefacts.',
  options,
  create: ({ probability: share, quality }, { ops }) =>
    sometimes(share, (image, rng) => ops.jpeg(image, wholeBetween(rng, quality))),
}
