import type { ComponentSpec } from './components.ts'

/** Samplers that draw rare classes more often than their images are. */
export const BALANCING_SAMPLERS = new Set(['oversample', 'undersample', 'class-balanced', 'class-aware', 'progressive'])
const BALANCING_LOSSES = new Set(['class-balanced', 'ldam', 'balanced-softmax', 'logit-adjusted'])

/** Whether a loss gives classes weights or margins by their sizes. */
export const lossBalances = (loss: ComponentSpec): boolean =>
  BALANCING_LOSSES.has(loss.name) || !['none', undefined].includes(loss['classWeights'] as string | undefined)

/** Whether training counts classes alike, and not images: what it optimises is balanced accuracy. */
export const balancesClasses = ({ loss, sampling }: { loss: ComponentSpec; sampling: ComponentSpec }): boolean =>
  BALANCING_SAMPLERS.has(sampling.name) || lossBalances(loss)
