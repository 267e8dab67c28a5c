import type * as tfc from '@tensorflow/tfjs-core'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { ModelContext } from '../define.ts'
import { apply } from './blocks.ts'

/** Channels over those in which places are compared. */
const REDUCTION = 2

/**
 * Modulated attention: x + m ⊙ W(softmax(θ·φᵀ)·g), where θ, φ and g are dense maps of each place's channels to half of them, W one back without a
 * bias, and m = softmax over the places of a dense map of all of x. W starts at zero, and the layer so as the identity.
 * Source: Liu et al. 2019, §3.3, https://arxiv.org/abs/1904.05160, with the widths and initial values of their code.
 * Shapes: float32 [N, H, W, C] → the same.
 */
export function modulatedAttention({ tf, nextSeed }: ModelContext, maps: SymbolicTensor, name: string): SymbolicTensor {
  class ModulatedAttention extends tf.layers.Layer {
    static readonly className = 'ModulatedAttention'
    override getClassName(): string {
      return ModulatedAttention.className
    }
    override build(shape: number[]): void {
      const [, height = 1, width = 1, channels = 1] = shape
      const [places, inner] = [height * width, Math.max(1, Math.floor(channels / REDUCTION))]
      const zeros = tf.initializers.zeros()
      const normal = () => tf.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / channels), seed: nextSeed() })
      for (const part of ['theta', 'phi', 'g']) {
        this.addWeight(`${part}_kernel`, [channels, inner], 'float32', normal(), undefined, true)
        this.addWeight(`${part}_bias`, [inner], 'float32', zeros, undefined, true)
      }
      this.addWeight('output_kernel', [inner, channels], 'float32', zeros, undefined, true)
      const limit = 1 / Math.sqrt(places * channels)
      const uniform = () => tf.initializers.randomUniform({ minval: -limit, maxval: limit, seed: nextSeed() })
      this.addWeight('places_kernel', [places * channels, places], 'float32', uniform(), undefined, true)
      this.addWeight('places_bias', [places], 'float32', uniform(), undefined, true)
      this.built = true
    }
    override computeOutputShape(shape: number[]): number[] {
      return shape
    }
    override call(inputs: tfc.Tensor | tfc.Tensor[]): tfc.Tensor {
      return tf.tidy(() => {
        const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tfc.Tensor4D
        const [count, height, width, channels] = x.shape
        const places = height * width
        const weights = this.weights.map((weight) => weight.read() as tfc.Tensor2D)
        const [theta, thetaBias, phi, phiBias, g, gBias, output, modulation, modulationBias] = weights
        const rows = tf.reshape(x, [count * places, channels])
        const embedded = (kernel: tfc.Tensor2D, bias: tfc.Tensor): tfc.Tensor3D =>
          tf.reshape(tf.add(tf.matMul(rows, kernel), bias), [count, places, kernel.shape[1]])
        const alike = tf.softmax(tf.matMul(embedded(theta!, thetaBias!), embedded(phi!, phiBias!), false, true))
        const seen = tf.matMul(alike, embedded(g!, gBias!))
        const mask = tf.matMul(tf.reshape(seen, [count * places, output!.shape[0]]), output!)
        const whole = tf.reshape(x, [count, places * channels])
        const shares = tf.softmax(tf.add(tf.matMul(whole, modulation!), modulationBias!))
        return tf.reshape(tf.add(rows, tf.mul(mask, tf.reshape(shares, [count * places, 1]))), x.shape)
      })
    }
  }
  return apply(new ModulatedAttention({ name }), maps)
}
