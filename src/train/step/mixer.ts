import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../../engine/engine.ts'
import type { ComponentSpec } from '../../job-spec/components.ts'
import { mixes } from '../../zoo/mix/registry.ts'
import { rngFor } from '../../zoo/rng.ts'
import type { ModelInput } from '../net/model-input.ts'
import { lookUp } from '../../zoo/look-up.ts'
import { nonTrainable } from '../../zoo/variables.ts'

const MIX_STREAM = 5

/** Mixes each image of a batch with the one half a batch later; batches are shuffled, so that is any other. */
export interface Mixer {
  /** float32 [N, H, W, C] → the same, mixed. */
  images(batch: tfc.Tensor4D): tfc.Tensor4D
  /** float32 [N, K] → the same, mixed. */
  targets(targets: tfc.Tensor2D): tfc.Tensor2D
  /** Draws how the batch of a step is mixed. */
  draw(step: number): void
  dispose(): void
}

/** The mixer of a spec, or undefined for none. */
export function createMixer(
  engine: Engine,
  { name, ...options }: ComponentSpec,
  { input: { size }, seed }: { input: ModelInput; seed: number },
): Mixer | undefined {
  const drawOf = lookUp(mixes, name).create?.(options)
  if (drawOf === undefined) return undefined
  const { tf } = engine
  const values = Float32Array.from({ length: size * size }, () => 1)
  const pixelWeights = nonTrainable(tf, () => tf.ones([1, size, size, 1]))
  const lambda = nonTrainable(tf, () => tf.scalar(1))
  const rollByHalf = <T extends tfc.Tensor>(x: T): T => {
    const [rows = 0, ...sides] = x.shape
    const zeros = sides.map(() => 0)
    const half = rows >> 1
    return tf.concat<T>([
      tf.slice(x, [half, ...zeros], [rows - half, ...sides]),
      tf.slice(x, [0, ...zeros], [half, ...sides]),
    ])
  }
  const blend = <T extends tfc.Tensor>(x: T, weight: tfc.Tensor): T => {
    const other = rollByHalf(x)
    return tf.add(other, tf.mul(tf.sub(x, other), weight))
  }
  return {
    images: (batch) => blend(batch, pixelWeights),
    targets: (targets) => blend(targets, lambda),
    draw(step) {
      const { lambda: weight, box } = drawOf(rngFor(seed, MIX_STREAM, step), { width: size, height: size })
      values.fill(box === undefined ? weight : 1)
      if (box !== undefined)
        for (let y = box.y; y < box.y + box.height; y++) values.fill(0, y * size + box.x, y * size + box.x + box.width)
      engine.write(pixelWeights, values)
      engine.write(lambda, Float32Array.of(weight))
    },
    dispose: () => {
      tf.dispose([pixelWeights, lambda])
    },
  }
}
