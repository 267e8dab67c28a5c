import type * as tfc from '@tensorflow/tfjs-core'

export interface ForwardOptions {
  /** Batch statistics, moving averages updated, dropout on. */
  training: boolean
  /** int32 [2], rewritten between steps; required for training a model with dropout. */
  dropoutSeed?: tfc.Tensor1D
  /** Instead of each layer's own: a scalar read at run time (recomputing statistics with a cumulative average). */
  batchNormMomentum?: tfc.Scalar
  /** Whether batch statistics are those of all processes that train together. */
  acrossRanks?: boolean
}

/** A layers-model as a list of fused operations over the same variables. */
export interface CompiledGraph {
  /** Images float32 [N, H, W, C] → logits float32 [N, classes]. */
  forward(images: tfc.Tensor4D, options: ForwardOptions): tfc.Tensor2D
  /** The logits of every output: the model's own first, then those of its auxiliary heads. */
  forwardAll(images: tfc.Tensor4D, options: ForwardOptions): tfc.Tensor2D[]
  /** The logits, and the features that the model's memory reads (Liu et al. 2019), float32 [N, width]. */
  forwardWithFeatures(images: tfc.Tensor4D, options: ForwardOptions): { logits: tfc.Tensor2D; features: tfc.Tensor2D }
  /** The model in two at its last global average pool: a trunk to features, float32 [N, width], and a head from them to logits. */
  readonly split: {
    width: number
    /** The maps that the pool averages, float32 [N, h, w, width]. */
    maps(images: tfc.Tensor4D): tfc.Tensor4D
    features(images: tfc.Tensor4D): tfc.Tensor2D
    head(features: tfc.Tensor2D, options: ForwardOptions): tfc.Tensor2D
  }
  /** By name, as in the layers-model. */
  readonly trainable: ReadonlyMap<string, tfc.Variable>
  /** Moving means and variances. */
  readonly statistics: ReadonlyMap<string, tfc.Variable>
}
