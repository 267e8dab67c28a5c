import { compositeBatchNorm } from './batch-norm.ts'
import type { FusedOps } from '../engine.ts'
import type { Tf } from '../tfjs.js'
import { compositeUpdates } from './updates.ts'

/** The fused operations as composites of plain tfjs ops: the reference in tests, and what other backends run. */
export const compositeOps = (tf: Tf): FusedOps => ({
  ...compositeBatchNorm(tf),
  globalAveragePool: (x) => tf.mean(x, [1, 2]),
  paddedAveragePool: (x, { kernel, strides, padding: [rows, columns] }) => {
    const padded = tf.pad(x, [
      [0, 0],
      [rows, rows],
      [columns, columns],
      [0, 0],
    ])
    return tf.avgPool(padded, [...kernel], [...strides], 'valid')
  },
  channelScale: (x, gate) => tf.mul(x, gate),
  softmaxCrossEntropy: (logits, labels) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), labels), 1)),
  dropout: (x, rate, seed) => {
    const [key0 = 0, key1 = 0] = seed.dataSync()
    const threshold = Math.floor(rate * 4294967296)
    const mask = Float32Array.from({ length: x.size }, (_, i) =>
      hash(hash((i ^ key0) >>> 0) ^ key1) >>> 0 >= threshold ? 1 / (1 - rate) : 0,
    )
    return tf.mul(x, tf.tensor(mask, x.shape))
  },
  ...compositeUpdates(tf),
})

/** Mixes 32 bits; the native dropout uses the same function. */
function hash(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}
