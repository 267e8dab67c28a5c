import type { ResolvedSpec } from './schema.ts'
import { stageLength, stagesOf } from './stages.ts'

/** Length of a run, as far as it is known before: with a budget of minutes the steps are not. */
export function runLength(
  spec: ResolvedSpec,
  trainImages: number,
): { stepsPerEpoch: number; totalSteps: number | null; images: number | null; seconds: number | null } {
  const lengths = stagesOf(spec).map((stage) => ({ ...stageLength(stage, trainImages), batch: stage.spec.batchSize }))
  const { stepsPerEpoch = 1 } = lengths[0] ?? {}
  if ('minutes' in spec.budget)
    return { stepsPerEpoch, totalSteps: null, images: null, seconds: spec.budget.minutes * 60 }
  const sum = (of: (steps: number, batch: number) => number): number =>
    lengths.reduce((total, length) => total + ('totalSteps' in length ? of(length.totalSteps, length.batch) : 0), 0)
  return {
    stepsPerEpoch,
    seconds: null,
    totalSteps: sum((steps) => steps),
    images: sum((steps, batch) => steps * batch),
  }
}
