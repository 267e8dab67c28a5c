import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'

interface DiscCentroidsOptions {
  /** Weight of the repulsion relative to the attraction. */
  repulsion: number
  /** Mean squared distance from the other centroids, zeros for the own one among them, over which nothing is repelled. */
  margin: number
}

/**
 * Features near their class's centroid and far from the others: Σ‖f − c_y‖²/2N + repulsion·max(0, margin − Σ_{k≠y} ‖f − c_k‖²/NK). Through the
 * attraction a centroid moves by Σ(c − f)/(1 + n)/N for the n images of its class, as a running mean would. Of a mixed target every class has its share.
 * Source: Liu et al. 2019, §3.2 (the large-margin loss of the centroids), https://arxiv.org/abs/1904.05160, as their code has it.
 * Shapes: float32 [N, D] features, [K, D] centroids, [N, K] targets → [].
 */
export function discCentroids(
  tf: Tf,
  { features, centroids }: { features: tfc.Tensor2D; centroids: tfc.Tensor2D },
  targets: tfc.Tensor2D,
  { repulsion, margin }: DiscCentroidsOptions,
): tfc.Scalar {
  const [count, classes] = targets.shape
  const lengths = (x: tfc.Tensor2D): tfc.Tensor2D => tf.sum(tf.square(x), 1, true)
  const products = tf.matMul(features, centroids, false, true)
  const squared = tf.sub(tf.add(lengths(features), tf.transpose(lengths(centroids))), tf.mul(products, 2))
  const others = tf.div(tf.sum(tf.mul(squared, tf.sub(1, targets))), count * classes)
  const repelled = tf.relu(tf.sub(margin, others))
  return tf.add(attraction(tf, { features, centroids }, targets), tf.mul(repelled, repulsion))
}

function attraction(
  tf: Tf,
  { features, centroids }: { features: tfc.Tensor2D; centroids: tfc.Tensor2D },
  targets: tfc.Tensor2D,
): tfc.Scalar {
  const count = targets.shape[0]
  const attract = tf.customGrad((f: tfc.Tensor | tfc.GradSaveFunc, c, save) => {
    const difference = tf.sub(f as tfc.Tensor2D, tf.matMul(targets, c as tfc.Tensor2D))
    ;(save as tfc.GradSaveFunc)([difference, targets])
    return {
      value: tf.div(tf.sum(tf.square(difference)), 2 * count),
      gradFunc: (dy: tfc.Tensor, saved: tfc.Tensor[]) => {
        const [away, shares] = saved as [tfc.Tensor2D, tfc.Tensor2D]
        const seen = tf.reshape(tf.add(tf.sum(shares, 0), 1), [-1, 1])
        const pull = tf.div(tf.matMul(shares, away, true, false), seen)
        return [tf.mul(dy, tf.div(away, count)), tf.mul(dy, tf.div(pull, -count))]
      },
    }
  })
  return attract(features, centroids) as tfc.Scalar
}
