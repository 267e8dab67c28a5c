import type { AnyImage } from '../../data/decoded-image.ts'
import { AppError } from '../../errors.ts'
import type { ComponentSpec } from '../../job-spec/components.ts'
import { shiftAtPrediction } from '../evaluate/adjust.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'
import { argMax, softmax } from '../evaluate/metrics.ts'
import type { TrainedModel } from './trained-model.ts'
import { NONE_OF_THESE } from '../evaluate/open-set.ts'
import { chooseTestTime } from '../evaluate/test-time.ts'

export interface PredictOptions {
  /** Classes an image, the likeliest first. */
  top: number
  logits: boolean
  /** The image is of the input size already: no resize or crop. */
  asIs: boolean
  /** τ of −τ·log π, added to the logits of a model that was not adjusted; 0 or absent: none. */
  adjustLogits?: number
  /** Views to average over: those that the checkpoint was evaluated with, or others; absent: none. */
  testTime?: 'own' | ComponentSpec
}

export interface Prediction {
  /** The class of the largest logit, which is most often the most probable one; or “none of these”, of a model that may answer so. */
  answer: string
  /** Whether the image is taken to be of no known class. */
  rejected?: boolean
  /** The most probable first. */
  top: { label: string; probability: number }[]
  /** In the order of the model's classes. */
  logits?: number[]
}

/**
 * Calibrated probabilities of one image, and its logits where they are asked for.
 * @param name what to call the image in messages.
 * @throws AppError `image_size_unsupported` for an image that is not of the input size, with `asIs`; `invalid_request` with `adjustLogits` for
 *   a model that is adjusted already, and with `testTime` for one that does not take it.
 */
export function predictImage(
  { info, predict }: Pick<TrainedModel, 'info' | 'predict'>,
  image: AnyImage,
  name: string,
  { top, logits: wantsLogits, asIs, adjustLogits = 0, testTime }: PredictOptions,
): Prediction {
  const { size } = info.image
  if (asIs && (image.width !== size || image.height !== size))
    throw new AppError(
      'image_size_unsupported',
      `${name} is ${image.width}×${image.height}; as it is, ${size}×${size} is taken.`,
    )
  const chosen = chooseTestTime(info, testTime)
  const [result] = predict([image], chosen)
  if (result === undefined) throw new AppError('internal', `${name} has no prediction.`)
  const shift = adjustLogits === 0 ? undefined : shiftAtPrediction(info, adjustLogits)
  const logits = shift === undefined ? result.logits : result.logits.map((value, i) => value + (shift[i] ?? 0))
  // Logits for equally common classes are not to be shifted back to the data's frequencies.
  const probabilities = shift === undefined ? result.probabilities : softmax(logits, chosen.calibration.temperature)
  const answer = info.classes[argMax(logits)] ?? ''
  const ranked = info.classes
    .map((label, i) => ({ label, probability: probabilities[i] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top)
  return {
    ...answerOf(info.openSet, answer, ranked),
    top: ranked,
    ...(wantsLogits ? { logits: [...logits] } : {}),
  }
}

function answerOf(
  openSet: CheckpointInfo['openSet'],
  answer: string,
  [mostProbable]: Prediction['top'],
): Pick<Prediction, 'answer' | 'rejected'> {
  if (openSet === undefined || mostProbable === undefined) return { answer }
  const rejected = mostProbable.probability < openSet.threshold
  return { answer: rejected ? NONE_OF_THESE : answer, rejected }
}
