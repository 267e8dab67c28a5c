import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../engine.ts'

/** A convolution and the batch norm behind it, by their variables. */
export interface ConvAndNorm {
  /** float32 [H, W, I, O], or [H, W, C, 1] of a depthwise one. */
  filter: tfc.Variable
  bias: tfc.Variable | undefined
  gamma: tfc.Variable
  beta: tfc.Variable
  movingMean: tfc.Variable
  movingVariance: tfc.Variable
  epsilon: number
}

/** Filter and bias of one convolution that does the work of both: γ(w∗x + b − μ)/σ + β = (sw)∗x + s(b − μ) + β with s = γ/σ. */
export interface FoldedWeights {
  /** Made with the first `refresh`. */
  readonly tensors: { filter: tfc.Tensor4D; bias: tfc.Tensor1D }
  /** Takes the variables' values as they are now. */
  refresh(): void
  dispose(): void
}

export function foldedWeights({ tf, write }: Engine, parts: ConvAndNorm): FoldedWeights {
  const { filter, bias, gamma, beta, movingMean, movingVariance, epsilon } = parts
  let made: { filter: tfc.Variable; bias: tfc.Variable } | undefined
  return {
    get tensors() {
      if (made === undefined) throw new Error('folded weights are read before their first refresh')
      return made as unknown as FoldedWeights['tensors']
    },
    refresh() {
      made ??= tf.tidy(() => ({
        filter: tf.variable(tf.zeros(filter.shape), false),
        bias: tf.variable(tf.zeros(gamma.shape), false),
      }))
      const values = (variable: tfc.Variable): Float32Array => variable.dataSync() as Float32Array
      const [mean, variance, shift] = [values(movingMean), values(movingVariance), values(beta)]
      const scale = Float64Array.from(values(gamma), (g, i) => g / Math.sqrt((variance[i] ?? 0) + epsilon))
      const own = bias === undefined ? undefined : values(bias)
      const channels = scale.length
      const weights = Float32Array.from(values(filter))
      for (let i = 0; i < weights.length; i += channels)
        for (let c = 0; c < channels; c++) weights[i + c] = (weights[i + c] ?? 0) * (scale[c] ?? 0)
      write(made.filter, weights)
      const biases = Float32Array.from(scale, (s, c) => s * ((own?.[c] ?? 0) - (mean[c] ?? 0)) + (shift[c] ?? 0))
      write(made.bias, biases)
    },
    dispose() {
      made?.filter.dispose()
      made?.bias.dispose()
      made = undefined
    },
  }
}
