import type { ImageSource } from '../../data/packed/image-source.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { PolicySearchOptions } from '../../job-spec/policy-search.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { Policy } from '../../zoo/augment/policy.ts'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { FoldFinding, GridPoint, SearchProgress } from '../checkpoint/search-progress.ts'
import type { FitOptions } from '../run/options.ts'

export const SEARCH_STREAM = 7

export type Finding = { policy: Policy | null } & ({ folds: FoldFinding[] } | { grid: GridPoint[] })

/** What a search looks at between steps. */
export interface SearchClock {
  now: () => number
  /** Seconds of the search, those before an interruption too. */
  seconds: () => number
  /** Whether the search is to end here: interrupted, stopped early, or out of time. */
  over: () => boolean
  /** Steps and trials of the whole search that are done. */
  done: number
  total: number
}

/** What the nets of a search share. */
export interface Search extends Pick<FitOptions, 'engine' | 'weights' | 'loaderThreads' | 'signal' | 'outDir'> {
  dataset: PackedDataset
  pixels: ImageSource
  options: PolicySearchOptions
  /** What the nets train by, and the spec that it was made from. */
  spec: ResolvedSpec
  requestedSpec: ResolvedSpec
  /** Of the spec that was asked for. */
  hash: string
  clock: SearchClock
  progress: SearchProgress
  /** Has the net that the search goes on with, until it is opened. */
  last: Checkpoint | undefined
  started: boolean
  /** When `last` was written, by the clock. */
  savedAt: number
  checkpointEveryMs: number
}
