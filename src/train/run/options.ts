import type { GroupOptions, OpenedGroup } from '../../engine/distributed/collective.ts'
import type { Engine } from '../../engine/engine.ts'
import type { WeightsOptions } from '../pretrained/initial-weights.ts'

/** One of the processes that train a net together. */
export interface Parallel {
  group: GroupOptions
  /** The group, where this process has opened it already. */
  opened?: OpenedGroup | undefined
  /** Whether batch norms take the statistics of the whole batch, and not of the slice that a process has. */
  synchronisedNorms: boolean
}

export interface FitOptions {
  engine: Engine
  /** Aborting finishes the current step, writes `last` and ends the run with `interrupted`. */
  signal: AbortSignal
  /** Aborting ends training after the current step: the weights so far are validated, calibrated and reported. */
  stopEarly?: AbortSignal
  /** Fraction of the budget, between 0 and 1, at which the run validates, writes `last` and ends with `paused`. */
  pauseAt?: number | undefined
  /** Hash of the spec of a run that this one continues: it resumes from its `last` too. */
  continues?: string | undefined
  /** Checkpoints go to `checkpoints/` in it; a run that finds `last` there resumes from it. */
  outDir: string
  /** Milliseconds of a clock that never goes back. */
  now: () => number
  /** Of so many steps one is reported as a span, with what is done between steps; absent: nothing is. */
  traceEverySteps?: number | undefined
  loaderThreads?: number
  /** Milliseconds between two `last` checkpoints within an epoch. */
  checkpointEveryMs?: number
  /** Needed for a spec that starts from pretrained weights or learns from a teacher. */
  weights?: WeightsOptions
  /** Where several processes share every batch: which one this is. */
  parallel?: Parallel | undefined
}
