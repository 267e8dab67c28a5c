/** What early stopping has seen so far; the checkpoint `last` has it. */
export interface EarlyStoppingState {
  /** The best value, and the step after which it was measured; null before the first. */
  best: number | null
  bestStep: number
  /** Epochs since then. */
  waited: number
}
