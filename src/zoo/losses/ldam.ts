import type * as tfc from '@tensorflow/tfjs-core'
import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { effectiveNumberWeights } from './class-weights.ts'

const options = Type.Object({
  margin: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Largest margin, that of the smallest class, in cosine.',
  }),
  scale: Type.Number({ default: 30, exclusiveMinimum: 0, maximum: 1000, description: 'Scale s of the cosines.' }),
  reweightAfter: Type.Number({
    default: 0.8,
    minimum: 0,
    maximum: 1,
    description: 'Fraction of the budget after which classes are re-weighted by their effective number; 1: never.',
  }),
  beta: Type.Number({
    default: 0.9999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'β of the effective number of images (1−βⁿ)/(1−β).',
  }),
})

/**
 * Label-distribution-aware margins on a cosine classifier: cross-entropy of s·(cos − Δ_y), Δ ∝ n^(−1/4), and from a fraction of the budget on
 * weighted by class (deferred re-weighting): Σ w_y·nll / Σ w_y. Of a mixed target every class has its share of its margin.
 * Source: Cao et al. 2019, §3, https://arxiv.org/abs/1906.07413.
 * Shapes: float32 [N, K] logits, s times the cosines; float32 [N, K] targets → float32 [].
 */
export const ldam: LossComponent<typeof options.properties> = {
  name: 'ldam',
  summary: 'LDAM: larger margins for rarer classes, deferred re-weighting.',
  options,
  head: 'cosine',
  headScale: ({ scale }) => scale,
  create({ margin, scale, reweightAfter, beta }, { tf, ops, classCounts, progress }) {
    const raw = classCounts.map((n) => Math.max(1, n) ** -0.25)
    const margins = raw.map((value) => (scale * margin * value) / Math.max(...raw))
    const gains = effectiveNumberWeights(beta, classCounts).map((weight) => weight - 1)
    return (logits, targets) => {
      const late = tf.cast(tf.greaterEqual(progress, reweightAfter), 'float32')
      const weighted: tfc.Tensor2D = tf.mul(targets, tf.add(tf.mul(tf.tensor1d(gains), late), 1))
      const kept: tfc.Tensor2D = tf.sub(logits, tf.mul(targets, tf.tensor1d(margins)))
      return tf.div(tf.sum(ops.softmaxCrossEntropy(kept, weighted)), tf.sum(weighted))
    }
  },
}
