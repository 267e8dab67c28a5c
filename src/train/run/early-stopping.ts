import type { EarlyStoppingSpec } from '../../job-spec/early-stopping.ts'
import type { EarlyStoppingState } from '../checkpoint/early-stopping-state.ts'

export const NOTHING_SEEN: EarlyStoppingState = { best: null, bestStep: 0, waited: 0 }

/** The state after one more epoch with a value: the best one so far begins a new wait where it improves by more than `minDelta`. */
export function afterEpoch(
  { best, bestStep, waited }: EarlyStoppingState,
  { value, step }: { value: number; step: number },
  { mode, minDelta }: EarlyStoppingSpec,
): EarlyStoppingState {
  const improved = best === null || (mode === 'min' ? value < best - minDelta : value > best + minDelta)
  return improved ? { best: value, bestStep: step, waited: 0 } : { best, bestStep, waited: waited + 1 }
}

interface Stopping {
  spec: { earlyStopping?: EarlyStoppingSpec }
  earlyStopping: EarlyStoppingState
}

/** Whether training is to end, or has ended when a run is resumed. */
export const hasStopped = ({ spec, earlyStopping: { waited } }: Stopping): boolean =>
  spec.earlyStopping !== undefined && waited >= spec.earlyStopping.patience

export function stoppedMessage({ spec, earlyStopping: { best, bestStep, waited } }: Stopping): string {
  return `${spec.earlyStopping?.metric ?? ''} has not improved for ${waited} epochs: training ends. The best value, ${best ?? ''}, was at step ${bestStep}.`
}
