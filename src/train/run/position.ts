import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { Stage, StageLength } from '../../job-spec/stages.ts'
import { scheduleOf, type Rates } from './schedule.ts'
import type { Position } from '../checkpoint/info.ts'

export const START: Position = { step: 0, seconds: 0, stage: 0, stageStep: 0, epochsBefore: 0 }

/** The length of a whole run: steps, or seconds where the budget is time. */
export type RunLength = { totalSteps: number } | { seconds: number }

export function totalLength(lengths: readonly StageLength[]): RunLength {
  const sum = (of: (length: StageLength) => number): number => lengths.reduce((total, length) => total + of(length), 0)
  return lengths.some((length) => 'seconds' in length)
    ? { seconds: sum((length) => ('seconds' in length ? length.seconds : 0)) }
    : { totalSteps: sum((length) => ('totalSteps' in length ? length.totalSteps : 0)) }
}

/** Before the clock has shown how fast steps are. */
const UNKNOWN_STEPS = 1_000_000

/** Steps of a part of a run, from the fraction of its time that is done where the budget is time. */
function estimate(done: number, share: number): number {
  if (done === 0 || share <= 0) return UNKNOWN_STEPS
  return share >= 1 ? done : Math.max(done + 1, Math.round(done / share))
}

/** Fraction of the whole run that is done, in [0, 1]. */
export function progressOf({ step, seconds }: Position, runLength: RunLength): number {
  return Math.min(1, 'seconds' in runLength ? seconds / runLength.seconds : step / runLength.totalSteps)
}

/** Steps of the whole run, estimated where the budget is time. */
export function totalSteps(position: Position, runLength: RunLength): number {
  return 'seconds' in runLength ? estimate(position.step, progressOf(position, runLength)) : runLength.totalSteps
}

/** Whether a stage is at its end. A stage takes one step at least. */
export function stageEnds(position: Position, stage: Stage, length: StageLength, runLength: RunLength): boolean {
  if ('totalSteps' in length) return position.stageStep >= length.totalSteps
  return (
    position.stageStep > 0 &&
    'seconds' in runLength &&
    position.seconds >= (stage.start + stage.share) * runLength.seconds
  )
}

/** Epochs of the stage that a run is in or of another one, as far as they are known. */
export function stageEpochs(
  position: Position,
  { stage, length }: { stage: Stage; length: StageLength },
  runLength: RunLength,
): number {
  if ('totalSteps' in length) return length.totalSteps / length.stepsPerEpoch
  if (!('seconds' in runLength) || position.stage !== stage.index || position.stageStep === 0) return Infinity
  const share = (position.seconds - stage.start * runLength.seconds) / length.seconds
  return position.stageStep / length.stepsPerEpoch / Math.max(1e-6, share)
}

/**
 * The learning rate (and momentum) where a run is: by the stage's own schedule over its own steps, or by the job's over the whole run. Where the budget
 * is time, the steps that a schedule runs over are those that the clock leaves room for, so that it ends on time.
 */
export function ratesAlong(
  job: ResolvedSpec,
  stage: Stage,
  length: StageLength,
  whole: RunLength,
): (position: Position) => Rates {
  const { stepsPerEpoch } = length
  const spec = stage.ownSchedule ? stage.spec : job
  if ('totalSteps' in length && 'totalSteps' in whole) {
    const rates = scheduleOf(spec, { stepsPerEpoch, totalSteps: (stage.ownSchedule ? length : whole).totalSteps })
    return ({ step, stageStep }) => rates(stage.ownSchedule ? stageStep : step)
  }
  return (position) => {
    if (!('seconds' in length && 'seconds' in whole)) return { learningRate: 0, momentum: undefined }
    const done = stage.ownSchedule ? position.stageStep : position.step
    const since = stage.ownSchedule ? position.seconds - stage.start * whole.seconds : position.seconds
    const share = since / (stage.ownSchedule ? length : whole).seconds
    return scheduleOf(spec, { stepsPerEpoch, totalSteps: estimate(done, share) })(done)
  }
}
