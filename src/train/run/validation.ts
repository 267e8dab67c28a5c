import { balancesClasses } from '../../job-spec/balancing.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import {
  accuracy,
  balancedAccuracy,
  negativeLogLikelihood,
  reliableBalancedAccuracy,
  type SplitLogits,
} from '../evaluate/metrics.ts'

/** Scores of weights on the validation images. */
export interface Validation {
  accuracy: number
  loss: number
  /** Where training counts classes alike. */
  balancedAccuracy?: number
  /** The same, with less weight for classes of few images: what weights are chosen by. */
  reliableBalancedAccuracy?: number
}

/**
 * Scores of weights that were trained by a spec. Where training counts classes alike, its answers give up images of large classes for those of rare
 * ones: by plain accuracy the weights that know the largest class alone would win.
 */
export function validationOf(spec: ResolvedSpec, logits: SplitLogits): Validation {
  return {
    accuracy: accuracy(logits),
    loss: negativeLogLikelihood(logits),
    ...(balancesClasses(spec) && {
      balancedAccuracy: balancedAccuracy(logits),
      reliableBalancedAccuracy: reliableBalancedAccuracy(logits),
    }),
  }
}

/** What the best weights have most of: balanced accuracy where training counts classes alike, else accuracy. */
export const selectionScore = (validation: Validation): number =>
  validation.reliableBalancedAccuracy ?? validation.accuracy

/** Whether weights are better than the best so far; of equal ones, those with less loss. */
export function isBetter(candidate: Validation, best: Validation | null): boolean {
  if (best === null) return true
  // A run that an older version began chose by another score.
  if (candidate.reliableBalancedAccuracy !== undefined && best.reliableBalancedAccuracy === undefined) return true
  const [score, highest] = [selectionScore(candidate), selectionScore(best)]
  return score > highest || (score === highest && candidate.loss < best.loss)
}

/** As metrics, by the keys of a run's series. */
export const validationMetrics = (validation: Validation): Record<string, number> => ({
  'val/loss': validation.loss,
  'val/accuracy': validation.accuracy,
  ...(validation.balancedAccuracy === undefined ? {} : { 'val/balancedAccuracy': validation.balancedAccuracy }),
})
