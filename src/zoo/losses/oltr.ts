import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { LossComponent } from '../define.ts'
import { discCentroids } from './disc-centroids.ts'
import { labelSmoother, labelSmoothingOption } from './label-smoothing.ts'

const options = Type.Object({
  scale: Type.Number({ default: 16, exclusiveMinimum: 0, maximum: 1000, description: 'Factor of the cosines.' }),
  reach: Type.Union([Type.Literal('auto'), Type.Number({ exclusiveMinimum: 0, maximum: 1000 })], {
    default: 'auto',
    description:
      'Distance from the nearest centroid at which features keep their length: Liu et al. take 10, for features of a length that suits it. auto: a quarter of the centroids’ spread over their length, with which the scale of the features does not matter.',
  }),
  attention: Type.Boolean({ default: true, description: 'Whether the last maps get modulated attention.' }),
  centroidWeight: Type.Number({
    default: 0.01,
    minimum: 0,
    maximum: 1000,
    description: 'Weight of what draws features to their centroids, beside the cross-entropy.',
  }),
  repulsion: Type.Number({
    default: 0.01,
    minimum: 0,
    maximum: 1000,
    description: 'Weight of what drives features from other centroids, beside what draws them.',
  }),
  margin: Type.Number({
    default: 10,
    minimum: 0,
    maximum: 1e6,
    description: 'Mean squared distance from other centroids that is far enough.',
  }),
  labelSmoothing: labelSmoothingOption(0),
})

/**
 * The second stage of open long-tailed recognition: cross-entropy of a classifier of cosines on meta-embeddings, and the loss of the centroids that
 * these remember. The centroids start as the means of the training images' features; sampling is class-aware in the paper.
 * Source: Liu et al. 2019, §3, https://arxiv.org/abs/1904.05160.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets, float32 [N, D] features and [K, D] centroids → float32 [].
 */
export const oltr: LossComponent<typeof options.properties> = {
  name: 'oltr',
  summary:
    'Meta-embeddings with a memory of class centroids, attention, and a classifier of cosines, for open sets with a long tail.',
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
