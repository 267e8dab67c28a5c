import type * as tfc from '@tensorflow/tfjs-core'
import { compositeUpdates } from './composite-updates.ts'
import type { Activation, FusedOps } from './engine.ts'
import type { Tf } from './tfjs.js'

/** The fused operations as composites of plain tfjs ops: the reference in tests, and what other backends run. */
export function compositeOps(tf: Tf): FusedOps {
  const activate = (x: tfc.Tensor, activation: Activation): tfc.Tensor =>
    ({ linear: () => x, relu: () => tf.relu(x), relu6: () => tf.relu6(x), silu: () => tf.mul(x, tf.sigmoid(x)) })[
      activation
    ]()

  return {
    batchNormAct: ({ x, gamma, beta, movingMean, movingVariance, momentum, epsilon, activation, residual }) => {
      const { mean, variance } = tf.moments(
        x,
        x.shape.slice(0, -1).map((_, axis) => axis),
      )
      const rows = x.size / (x.shape.at(-1) ?? 1)
      tf.tidy(() => {
        const keep = typeof momentum === 'number' ? tf.scalar(momentum) : momentum
        const towards = (moving: tfc.Variable, batch: tfc.Tensor): void => {
          moving.assign(tf.add(moving, tf.mul(tf.sub(1, keep), tf.sub(batch, moving))))
        }
        towards(movingMean, mean)
        towards(movingVariance, tf.mul(variance, rows > 1 ? rows / (rows - 1) : 1))
      })
      const normalised = tf.batchNorm(
        x as tfc.Tensor4D,
        mean as tfc.Tensor1D,
        variance as tfc.Tensor1D,
        beta,
        gamma,
        epsilon,
      )
      return activate(residual === undefined ? normalised : tf.add(normalised, residual), activation)
    },
    batchNormActInference: ({ x, gamma, beta, movingMean, movingVariance, epsilon, activation, residual }) => {
      const normalised = tf.batchNorm(
        x as tfc.Tensor4D,
        movingMean as tfc.Tensor as tfc.Tensor1D,
        movingVariance as tfc.Tensor as tfc.Tensor1D,
        beta,
        gamma,
        epsilon,
      )
      return activate(residual === undefined ? normalised : tf.add(normalised, residual), activation)
    },
    globalAveragePool: (x) => tf.mean(x, [1, 2]),
    paddedAveragePool: (x, { kernel, strides, padding: [rows, columns] }) =>
      tf.avgPool(
        tf.pad(x, [
          [0, 0],
          [rows, rows],
          [columns, columns],
          [0, 0],
        ]),
        [...kernel],
        [...strides],
        'valid',
      ),
    channelScale: (x, gate) => tf.mul(x, gate),
    softmaxCrossEntropy: (logits, labels) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), labels), 1)),
    dropout: (x, rate, seed) => {
      const [key0 = 0, key1 = 0] = seed.dataSync()
      const threshold = Math.floor(rate * 4294967296)
      const mask = Float32Array.from({ length: x.size }, (_, i) =>
        mix(mix((i ^ key0) >>> 0) ^ key1) >>> 0 >= threshold ? 1 / (1 - rate) : 0,
      )
      return tf.mul(x, tf.tensor(mask, x.shape))
    },
    ...compositeUpdates(tf),
  }
}

function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}
