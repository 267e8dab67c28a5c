import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'
import { nonTrainable } from '../../zoo/variables.ts'

type ScalarVariable = tfc.Variable & tfc.Scalar

/** Variables that are rewritten before each run of a captured step, so that it never changes. */
export interface StepInputs {
  /** Images float32 [views · rows, H, W, C], or features [rows, width]. */
  images: tfc.Variable
  /** One-hot labels, float32 [rows, classes]. */
  targets: tfc.Variable
  learningRate: ScalarVariable
  /** Steps that the optimiser has taken, with this one. */
  step: ScalarVariable
  progress: ScalarVariable
  /** 0 where accumulated gradients begin again, else 1. */
  keep: ScalarVariable
  /** int32 [2]. */
  dropoutSeed: tfc.Variable
  /** Accumulated gradients, one per variable; none without accumulation. */
  sums: tfc.Variable[]
  dispose(): void
}

export interface InputShapes {
  images: number[]
  targets: number[]
  /** Variables whose gradients are accumulated. */
  accumulated: readonly tfc.Variable[]
}

export function createInputs(tf: Tf, { images, targets, accumulated }: InputShapes): StepInputs {
  const variable = (tensor: () => tfc.Tensor): tfc.Variable => nonTrainable(tf, tensor)
  const scalar = (): ScalarVariable => variable(() => tf.scalar(0)) as ScalarVariable
  const inputs = {
    images: variable(() => tf.zeros(images)),
    targets: variable(() => tf.zeros(targets)),
    learningRate: scalar(),
    step: scalar(),
    progress: scalar(),
    keep: scalar(),
    dropoutSeed: variable(() => tf.tensor1d([0, 0], 'int32')),
    sums: accumulated.map((each) => variable(() => tf.zerosLike(each))),
  }
  return { ...inputs, dispose: () => tf.dispose(inputs) }
}
