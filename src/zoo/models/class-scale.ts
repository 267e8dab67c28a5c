import type * as tfc from '@tensorflow/tfjs-core'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { ModelContext } from '../define.ts'
import { apply } from './blocks.ts'

/** What follows a classifier's name in that of the factors of its classes. */
export const SCALE_SUFFIX = '.scale/factors'

/**
 * A factor for the logit of each class, 1 at the start: learnable weight scaling.
 * Source: Kang et al. 2020, §4.2, https://arxiv.org/abs/1910.09217.
 * Shapes: float32 [N, classes] → the same.
 */
export function classScale({ tf, classes }: ModelContext, logits: SymbolicTensor, classifier: string): SymbolicTensor {
  class ClassScale extends tf.layers.Layer {
    static readonly className = 'ClassScale'
    override getClassName(): string {
      return ClassScale.className
    }
    override build(): void {
      this.addWeight('factors', [classes], 'float32', tf.initializers.ones(), undefined, true)
      this.built = true
    }
    override computeOutputShape(shape: number[]): number[] {
      return shape
    }
    override call(inputs: tfc.Tensor | tfc.Tensor[]): tfc.Tensor {
      return tf.tidy(() => tf.mul((Array.isArray(inputs) ? inputs[0] : inputs)!, this.weights[0]!.read()))
    }
  }
  return apply(new ClassScale({ name: `${classifier}.scale` }), logits)
}

/** Factors of 1, for the variables that are factors. */
export function unitClassScales(variables: ReadonlyMap<string, { size: number }>): Map<string, Float32Array> {
  const factors = [...variables].filter(([name]) => name.endsWith(SCALE_SUFFIX))
  return new Map(factors.map(([name, { size }]) => [name, new Float32Array(size).fill(1)]))
}

/** Scales in the weights and biases of their classifiers: the same logits with no factors. */
export function foldClassScales(values: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const folded = new Map(values)
  for (const [name, factors] of values) {
    if (!name.endsWith(SCALE_SUFFIX)) continue
    const classifier = name.slice(0, -SCALE_SUFFIX.length)
    folded.delete(name)
    for (const part of ['kernel', 'bias']) {
      const own = folded.get(`${classifier}/${part}`)
      if (own === undefined) continue
      folded.set(
        `${classifier}/${part}`,
        own.map((value, i) => value * (factors[i % factors.length] ?? 1)),
      )
    }
  }
  return folded
}
