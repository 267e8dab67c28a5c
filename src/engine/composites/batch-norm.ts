import type * as tfc from '@tensorflow/tfjs-core'
import type { Activation, BatchNormActArgs, FusedOps } from '../engine.ts'
import type { Tf } from '../tfjs.js'

export function compositeBatchNorm(tf: Tf): Pick<FusedOps, 'batchNormAct' | 'batchNormActInference'> {
  return {
    batchNormAct: (args) => {
      const { mean, variance } = tf.moments(
        args.x,
        args.x.shape.slice(0, -1).map((_, axis) => axis),
      )
      updateRunningStats(tf, args, { mean, variance })
      return normalise(tf, args, { mean, variance })
    },
    batchNormActInference: (args) => normalise(tf, args, { mean: args.movingMean, variance: args.movingVariance }),
  }
}

/** Per-channel statistics, [C]. */
interface Statistics {
  mean: tfc.Tensor
  variance: tfc.Tensor
}

function updateRunningStats(
  tf: Tf,
  { x, movingMean, movingVariance, momentum }: BatchNormActArgs,
  { mean, variance }: Statistics,
): void {
  const rows = x.size / (x.shape.at(-1) ?? 1)
  tf.tidy(() => {
    const keep = typeof momentum === 'number' ? tf.scalar(momentum) : momentum
    const update = (moving: tfc.Variable, batch: tfc.Tensor): void => {
      moving.assign(tf.add(moving, tf.mul(tf.sub(1, keep), tf.sub(batch, moving))))
    }
    update(movingMean, mean)
    update(movingVariance, tf.mul(variance, rows > 1 ? rows / (rows - 1) : 1))
  })
}

function normalise(
  tf: Tf,
  { x, gamma, beta, epsilon, activation, residual }: Omit<BatchNormActArgs, 'momentum'>,
  { mean, variance }: Statistics,
): tfc.Tensor {
  const y = tf.batchNorm(x as tfc.Tensor4D, mean as tfc.Tensor1D, variance as tfc.Tensor1D, beta, gamma, epsilon)
  return activate(tf, residual === undefined ? y : tf.add(y, residual), activation)
}

function activate(tf: Tf, x: tfc.Tensor, activation: Activation): tfc.Tensor {
  const activations = {
    linear: () => x,
    relu: () => tf.relu(x),
    relu6: () => tf.relu6(x),
    silu: () => tf.mul(x, tf.sigmoid(x)),
  }
  return activations[activation]()
}
