import type * as tfc from '@tensorflow/tfjs-core'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { ModelContext } from '../define.ts'
import { apply } from './blocks.ts'

/** Added to squared lengths, so that a zero vector has a direction and its gradient is finite. */
const LENGTH_EPSILON = 1e-12

/**
 * A classifier of cosines: logits = scale · x̂·ŵ + bias, features and weights of unit length. The bias does not train: it is zero, or what
 * an adjustment for the classes' sizes put there. With `normAware` it is of features of length ‖x‖/(1 + ‖x‖), so that short ones are unsure: x/(1 + ‖x‖) in place of x̂.
 * Source: Gidaris and Komodakis 2018, §3.2, https://arxiv.org/abs/1804.09458; Cao et al. 2019 (LDAM), §3, https://arxiv.org/abs/1906.07413; Liu et al. 2019 (OLTR), §3.2,
 * https://arxiv.org/abs/1904.05160, for `normAware`.
 * Shapes: float32 [N, D] → [N, classes].
 */
export function cosineClassifier(
  { tf, classes, nextSeed }: ModelContext,
  features: SymbolicTensor,
  { name, scale, normAware = false }: { name: string; scale: number; normAware?: boolean },
): SymbolicTensor {
  class CosineDense extends tf.layers.Layer {
    static readonly className = 'CosineDense'
    override getClassName(): string {
      return CosineDense.className
    }
    override build(shape: number[]): void {
      const width = shape.at(-1) ?? 1
      const limit = 1 / Math.sqrt(width)
      const uniform = tf.initializers.randomUniform({ minval: -limit, maxval: limit, seed: nextSeed() })
      this.addWeight('kernel', [width, classes], 'float32', uniform, undefined, true)
      this.addWeight('bias', [classes], 'float32', tf.initializers.zeros(), undefined, false)
      this.built = true
    }
    override computeOutputShape(shape: number[]): number[] {
      return [...shape.slice(0, -1), classes]
    }
    override call(inputs: tfc.Tensor | tfc.Tensor[]): tfc.Tensor {
      return tf.tidy(() => {
        const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tfc.Tensor2D
        const [kernel, bias] = this.weights.map((weight) => weight.read())
        const direction = normAware ? shortened(x) : unit(x, 1)
        return tf.add(tf.mul(tf.matMul(direction, unit(kernel as tfc.Tensor2D, 0)), scale), bias!)
      })
    }
    override getConfig(): Record<string, number | string | boolean> {
      return { ...super.getConfig(), units: classes, scale, normAware, epsilon: LENGTH_EPSILON }
    }
  }
  const unit = (x: tfc.Tensor2D, axis: number): tfc.Tensor2D =>
    tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), axis, true), LENGTH_EPSILON)))
  const shortened = (x: tfc.Tensor2D): tfc.Tensor2D =>
    tf.div(x, tf.add(tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), LENGTH_EPSILON)), 1))
  return apply(new CosineDense({ name }), features)
}
