import type { ComponentSpec } from './components.ts'
import { component, type Choice, type RunLength } from './defaults.ts'
import { isRecord } from './unnamed.ts'

/** Of an epoch, where that is more steps than MIN_STEPS. */
const EPOCHS = 0.25
/** In fewer, a net from random weights meets its peak learning rate before its batch norms and its momentum have settled. */
const MIN_STEPS = 50
const MAX_FRACTION = 0.1
/** Where the budget is in minutes. */
const STEPS_OF_UNKNOWN_LENGTH = 20

/**
 * Warm-up in epochs: a quarter of one, and on a small data set, whose epochs are a few steps, at least 50 steps, but then at most a tenth of the run.
 * Source: Goyal et al. 2017, §2.2, https://arxiv.org/abs/1706.02677.
 */
function warmupEpochs({ steps }: RunLength, stepsPerEpoch: number): number {
  const least = steps === 0 ? STEPS_OF_UNKNOWN_LENGTH : Math.min(MIN_STEPS, MAX_FRACTION * steps)
  return Math.max(EPOCHS, Number((least / stepsPerEpoch).toPrecision(3)))
}

export const defaultSchedule = (length: RunLength, stepsPerEpoch: number): Choice<ComponentSpec> => [
  component('schedule', 'linear', { warmupEpochs: warmupEpochs(length, stepsPerEpoch) }),
  'linear to zero over the budget',
]

/** The schedule that a spec gives; one that has options of the default schedule alone has its warm-up unless that is one of them. */
export function withDefaultWarmup(
  schedule: ComponentSpec | undefined,
  raw: unknown,
  fallback: () => Choice<ComponentSpec>,
): ComponentSpec | undefined {
  const given = isRecord(raw) ? raw['schedule'] : undefined
  if (schedule === undefined || !isRecord(given) || 'name' in given || 'warmupEpochs' in given) return schedule
  return { ...schedule, warmupEpochs: fallback()[0]['warmupEpochs'] }
}
