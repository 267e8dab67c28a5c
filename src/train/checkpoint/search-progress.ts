import type { PolicySearchOptions } from '../../job-spec/policy-search.ts'
import type { PolicyStep } from '../../zoo/augment/policy.ts'

export type SubPolicy = readonly Required<PolicyStep>[]

/** A sub-policy that was tried: the loss of held-out images that it was applied to, and the fraction of them that it changed. */
export interface Trial {
  subPolicy: SubPolicy
  loss: number
  changed: number
}

/** What one fold of density matching found; losses are mean cross-entropies of its held-out images. */
export interface FoldFinding {
  images: number
  trials: number
  /** Loss with no augmentation, and under the sub-policies that were kept. */
  clean: number
  policy: number
  kept: Trial[]
}

/** A point of the grid of rand-augment, with the loss of held-out images as they are; with no operations: trained with no policy. */
export interface GridPoint {
  numOps: number
  magnitude: number
  loss: number
}

/**
 * How far a search has come. The checkpoint `last` has it with the current net and its optimiser; folds, draws and batches are functions of
 * the seed and of these numbers, so that a search which resumes from there repeats no trial and finds what it would have found.
 */
export interface SearchProgress {
  options: PolicySearchOptions
  /** Seconds of search so far: `minutes` counts them, not the time between attempts. */
  seconds: number
  /** Steps and trials of the whole search that are done. */
  done: number
  /** What the nets before have brought. */
  folds: FoldFinding[]
  grid: GridPoint[]
  /** Place of the current net, steps of its training, and sub-policies that were tried under it. */
  index: number
  steps: number
  trials: Trial[]
}
