import type { Engine } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import type { ComponentSpec } from '../../job-spec/components.ts'
import { adjustingShift } from '../../zoo/adjustments/logit-adjustment.ts'
import { adjustments } from '../../zoo/adjustments/registry.ts'
import type { Classifier } from '../../zoo/define.ts'
import type { Adjustment, CheckpointInfo } from '../checkpoint/info.ts'
import type { EvaluatorOptions } from './forward-pass.ts'
import { createFeatureCache, headEvaluator } from './features.ts'
import { reliableBalancedAccuracy, type SplitLogits } from './metrics.ts'
import type { Net } from '../net/net.ts'
import { lookUp } from '../../zoo/look-up.ts'

/** Changes the classifier of a trained net as a spec asks. @returns what was done, or undefined for nothing. */
export async function adjustClassifier(
  engine: Engine,
  net: Net,
  { name, ...options }: ComponentSpec,
  evaluation: EvaluatorOptions,
): Promise<Adjustment | undefined> {
  const adjust = lookUp(adjustments, name).create?.(options)
  if (adjust === undefined) return undefined
  const put = (classifier: Classifier): void => {
    writeClassifier(engine, net, classifier)
  }
  const { counts, classCounts } = evaluation.dataset.manifest
  const scorer = counts.val === 0 ? undefined : createScorer(engine, net, evaluation)
  const { classifier, chosen } = await adjust(readClassifier(net), {
    classCounts: classCounts.train,
    ...(scorer === undefined
      ? {}
      : {
          balancedAccuracy: async (candidate) => {
            put(candidate)
            return reliableBalancedAccuracy(await scorer.run('val'))
          },
        }),
  })
  scorer?.dispose()
  put(classifier)
  return { name, ...chosen }
}

/** Evaluates classifiers on features that are computed once. */
function createScorer(engine: Engine, net: Net, evaluation: EvaluatorOptions) {
  return headEvaluator(engine, net, createFeatureCache(engine, net, evaluation), evaluation)
}

const partOf = ({ variables, classifier }: Net, part: 'kernel' | 'bias') => {
  const variable = variables.get(`${classifier}/${part}`)
  if (variable === undefined) throw new AppError('internal', `The classifier ${classifier} has no ${part}.`)
  return variable
}

function readClassifier(net: Net): Classifier {
  const values = (part: 'kernel' | 'bias'): Float32Array => Float32Array.from(partOf(net, part).dataSync())
  return { kernel: values('kernel'), bias: values('bias') }
}

function writeClassifier(engine: Engine, net: Net, { kernel, bias }: Classifier): void {
  engine.write(partOf(net, 'kernel'), kernel)
  engine.write(partOf(net, 'bias'), bias)
}

/**
 * What to add to the logits of a model that was not adjusted, for classes that are equally common.
 * @throws AppError `invalid_request` for a model that was, or that does not say how many images its classes had.
 */
export function shiftAtPrediction({ adjustment, classCounts }: CheckpointInfo, tau: number): Float32Array {
  if (adjustment !== undefined)
    throw new AppError('invalid_request', `The checkpoint’s logits are adjusted already (${adjustment.name}).`)
  if (classCounts === undefined)
    throw new AppError('invalid_request', 'The checkpoint does not say how many training images its classes had.')
  return Float32Array.from(adjustingShift(classCounts, tau))
}

/** The logits of a split with a shift a class. */
export const shifted = (split: SplitLogits, shift: Float32Array): SplitLogits => ({
  ...split,
  logits: split.logits.map((value, i) => value + (shift[i % shift.length] ?? 0)),
})
