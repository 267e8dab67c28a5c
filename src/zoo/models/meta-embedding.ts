import type * as tfc from '@tensorflow/tfjs-core'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { ModelContext, Reach } from '../define.ts'
import { apply } from './blocks.ts'
import { constant } from './constant.ts'

/** Added to a squared distance, so that an image on a centroid has a finite reach, and to the squares that `auto` divides by. */
const DISTANCE_EPSILON = 1e-12

/** Of the centroids' spread over their length: the reach that `auto` is. */
export const AUTO_RADIUS_FRACTION = 1 / 4

/** What follows a classifier's name in that of its memory. */
export const MEMORY_SUFFIX = '.memory'

/**
 * Dynamic meta-embedding: features v join a memory of class centroids C as (reach / min‖v − c‖)·(v + tanh(W_s v) ⊙ softmax(W_h v)·C). What is far from
 * every class ends up short, and a classifier that minds lengths is unsure of it. No gradient flows into C here: a loss moves it.
 * The paper's reach of 10 is for features of its scale: where every product is long, a classifier that squashes lengths sees no difference between them,
 * and nothing trains them. `auto` is √(Σ‖c − c̄‖² / Σ‖c‖²)/4: an image half as far from the nearest centroid as these are from their mean, that is with what
 * it recalls twice as long as they, gets the length 1, in the middle of that classifier's range. The scale of the features then does not matter.
 * Source: Liu et al. 2019, §3.2, https://arxiv.org/abs/1904.05160.
 * Shapes: float32 [N, D] → the same.
 */
export function metaEmbedding(
  { tf, classes, nextSeed }: ModelContext,
  features: SymbolicTensor,
  { name, reach }: { name: string; reach: Reach },
): SymbolicTensor {
  class MetaEmbedding extends tf.layers.Layer {
    static readonly className = 'MetaEmbedding'
    override getClassName(): string {
      return MetaEmbedding.className
    }
    override build(shape: number[]): void {
      const width = shape.at(-1) ?? 1
      const limit = 1 / Math.sqrt(width)
      const uniform = () => tf.initializers.randomUniform({ minval: -limit, maxval: limit, seed: nextSeed() })
      this.addWeight('centroids', [classes, width], 'float32', tf.initializers.zeros(), undefined, true)
      this.addWeight('memory_kernel', [width, classes], 'float32', uniform(), undefined, true)
      this.addWeight('memory_bias', [classes], 'float32', uniform(), undefined, true)
      this.addWeight('selector_kernel', [width, width], 'float32', uniform(), undefined, true)
      this.addWeight('selector_bias', [width], 'float32', uniform(), undefined, true)
      this.built = true
    }
    override computeOutputShape(shape: number[]): number[] {
      return shape
    }
    override call(inputs: tfc.Tensor | tfc.Tensor[]): tfc.Tensor {
      return tf.tidy(() => {
        const v = (Array.isArray(inputs) ? inputs[0] : inputs) as tfc.Tensor2D
        const [learned, ...dense] = this.weights.map((weight) => weight.read() as tfc.Tensor2D)
        const [memory, memoryBias, selector, selectorBias] = dense
        const centroids = constant(tf, learned!, (values) => tf.clone(values))
        const nearest = constant(tf, v, (values) => tf.matMul(nearestOf(values, centroids), centroids))
        const distance = tf.sqrt(tf.add(tf.sum(tf.square(tf.sub(v, nearest)), 1, true), DISTANCE_EPSILON))
        const recalled = tf.matMul(tf.softmax(tf.add(tf.matMul(v, memory!), memoryBias!)), centroids)
        const selected = tf.tanh(tf.add(tf.matMul(v, selector!), selectorBias!))
        const scale = reach === 'auto' ? constant(tf, learned!, reachOf) : reach
        return tf.mul(tf.div(scale, distance), tf.add(v, tf.mul(selected, recalled)))
      })
    }
    override getConfig(): Record<string, number | string | boolean> {
      return { ...super.getConfig(), classes, reach, epsilon: DISTANCE_EPSILON }
    }
  }
  /** float32 [K, D] centroids → [], the reach that `auto` is. */
  const reachOf = (centroids: tfc.Tensor2D): tfc.Scalar => {
    const total = (x: tfc.Tensor2D): tfc.Scalar => tf.sum(tf.square(x))
    const spread = total(tf.sub(centroids, tf.mean(centroids, 0, true)))
    return tf.mul(tf.sqrt(tf.div(spread, tf.add(total(centroids), DISTANCE_EPSILON))), AUTO_RADIUS_FRACTION)
  }
  /** One-hot rows of the nearest centroids: ‖v − c‖² is least where v·c − ‖c‖²/2 is largest. */
  const nearestOf = (v: tfc.Tensor2D, centroids: tfc.Tensor2D): tfc.Tensor2D => {
    const nearness = tf.sub(tf.matMul(v, centroids, false, true), tf.div(tf.sum(tf.square(centroids), 1), 2))
    return tf.oneHot(tf.argMax(nearness, 1), classes, 1, 0, 'float32') as tfc.Tensor2D
  }
  return apply(new MetaEmbedding({ name }), features)
}
