import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { LossComponent } from '../define.ts'
import { discCentroids } from './disc-centroids.ts'
import { labelSmoother, labelSmoothingOption } from './label-smoothing.ts'

const options = Type.Object({
  scale: Type.Number({ default: 16, exclusiveMinimum: 0, maximum: 1000, description: 'Scale of the cosines.' }),
  reach: Type.Union([Type.Literal('auto'), Type.Number({ exclusiveMinimum: 0, maximum: 1000 })], {
    default: 'auto',
    description:
      'Distance to the nearest centroid that leaves the feature norm unchanged; Liu et al. use 10. auto: a quarter of the centroids’ spread relative to their norm, independent of the feature scale.',
  }),
  attention: Type.Boolean({ default: true, description: 'Use modulated attention over the last feature maps.' }),
  centroidWeight: Type.Number({
    default: 0.01,
    minimum: 0,
    maximum: 1000,
    description: 'Attraction weight: pulls features to the centroid of their class.',
  }),
  repulsion: Type.Number({
    default: 0.01,
    minimum: 0,
    maximum: 1000,
    description: 'Repulsion weight, relative to the attraction: pushes features from other centroids.',
  }),
  margin: Type.Number({
    default: 10,
    minimum: 0,
    maximum: 1e6,
    description: 'Margin: mean squared distance to other centroids beyond which nothing is pushed.',
  }),
  labelSmoothing: labelSmoothingOption(0),
})

/**
 * The second stage of open long-tailed recognition: cross-entropy of a cosine classifier on meta-embeddings, and the loss of the centroids that
 * these remember. The centroids start as the means of the training images' features; sampling is class-aware in the paper.
 * Source: Liu et al. 2019, §3, https://arxiv.org/abs/1904.05160.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets, float32 [N, D] features and [K, D] centroids → float32 [].
 */
export const oltr: LossComponent<typeof options.properties> = {
  name: 'oltr',
  summary:
    'OLTR: meta-embeddings with class centroids, modulated attention and a cosine classifier, for open long-tailed recognition.',
  options,
  head: 'meta-embedding',
  headScale: ({ scale }) => scale,
  memory: ({ reach, attention }) => ({ reach, attention }),
  create({ centroidWeight, repulsion, margin, labelSmoothing }, { tf, ops, classes }) {
    const smooth = labelSmoother(tf, labelSmoothing, { classes })
    return (logits, targets, { memory }) => {
      if (memory === undefined) throw new AppError('internal', 'The loss oltr was run without features and centroids.')
      const centroids = discCentroids(tf, memory, targets, { repulsion, margin })
      return tf.add(tf.mean(ops.softmaxCrossEntropy(logits, smooth(targets))), tf.mul(centroids, centroidWeight))
    }
  },
}
