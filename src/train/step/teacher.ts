import { isDeepStrictEqual } from 'node:util'
import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { Engine } from '../../engine/engine.ts'
import { readCheckpoint, roleValues, forInference } from '../checkpoint/checkpoint.ts'
import type { ModelInput } from '../net/model-input.ts'
import { buildNet, writeValues } from '../net/net.ts'

/** A trained model whose logits another one learns from. */
export interface Teacher {
  /** Images as the student takes them, float32 [N, H, W, C] → logits, float32 [N, K]. */
  logits(images: tfc.Tensor4D): tfc.Tensor2D
  dispose(): void
}

/**
 * A checkpoint as the teacher of a net that takes `input`: at the student's image size, with the teacher's own normalisation.
 * @throws AppError `class_count_mismatch` where it knows other classes, `invalid_spec` where it takes other channels
 */
export function loadTeacher(
  engine: Engine,
  path: string,
  { input, classes }: { input: ModelInput; classes: readonly string[] },
): Teacher {
  const checkpoint = forInference(readCheckpoint(path))
  const { info } = checkpoint
  if (!isDeepStrictEqual(info.classes, classes))
    throw new AppError(
      'class_count_mismatch',
      `The teacher knows the classes ${info.classes.join(', ')}; the data set has ${classes.join(', ')}.`,
      { errors: [{ pointer: '/loss/teacher', detail: 'must know the classes of the data set, in the same order' }] },
    )
  if (info.image.channels !== input.channels)
    throw new AppError(
      'invalid_spec',
      `The teacher takes ${info.image.channels} channels; the student ${input.channels}.`,
      { errors: [{ pointer: '/loss/teacher', detail: `must take ${input.channels} channels` }] },
    )
  const { tf } = engine
  const net = buildNet(engine, info.spec.model, {
    size: input.size,
    channels: input.channels,
    classes: classes.length,
    seed: info.spec.seed,
    head: info.head,
    convention: { padding: 'torch', ...info.convention, autoSide: info.convention?.autoSide ?? info.image.size },
  })
  writeValues(engine, net.variables, roleValues(checkpoint, 'model'))
  const perChannel = (of: (channel: number) => number): tfc.Tensor =>
    tf.tensor(
      input.mean.map((_, channel) => of(channel)),
      [1, 1, 1, input.channels],
    )
  const { mean, std } = info.image
  const at = (values: readonly number[], channel: number): number => values[channel] ?? 0
  const same = isDeepStrictEqual([mean, std], [input.mean, input.std])
  const scale = perChannel((c) => at(input.std, c) / at(std, c))
  const shift = perChannel((c) => (at(input.mean, c) - at(mean, c)) / at(std, c))
  return {
    logits: (images) => net.graph.forward(same ? images : tf.add(tf.mul(images, scale), shift), { training: false }),
    dispose: () => {
      net.dispose()
      tf.dispose([scale, shift])
    },
  }
}
