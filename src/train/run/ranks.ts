import { soleProcess, type Collective } from '../../engine/distributed/collective.ts'
import type { StepResult } from '../step/step.ts'
import type { FitOptions } from './options.ts'

/**
 * How the processes of a run stay together. Whatever decides what comes next is the same in each: losses are those of the whole batch, the
 * clock is rank 0's as of the last step, and a signal to one of them counts from the end of the step in all.
 */
export interface Ranks extends Pick<FitOptions, 'now' | 'signal'> {
  stopEarly: AbortSignal | undefined
  /** That of a process alone, until the run has been opened. */
  collective: Collective
  /** Whether this process reports, and writes checkpoints. */
  leads: boolean
  /** Adds up the results of a step, and hears of the others' signals. */
  afterStep(part: StepResult): StepResult
}

export function ranksOf(options: FitOptions): Ranks {
  const { worldSize = 1, rank = 0 } = options.parallel?.group ?? {}
  const { signal, stopEarly, now } = options
  if (worldSize === 1)
    return { signal, stopEarly, now, collective: soleProcess, leads: true, afterStep: (result) => result }
  const [interrupted, stopped] = [new AbortController(), new AbortController()]
  const startedAt = now()
  let agreedMs = 0
  const ranks: Ranks = {
    signal: interrupted.signal,
    stopEarly: stopped.signal,
    now: () => agreedMs,
    collective: soleProcess,
    leads: rank === 0,
    afterStep({ loss, accuracy }) {
      const flags = [Number(signal.aborted), Number(stopEarly?.aborted === true)]
      const totals = Float64Array.of(loss, accuracy, rank === 0 ? now() - startedAt : 0, ...flags)
      ranks.collective.sum(totals)
      const [totalLoss = NaN, totalAccuracy = NaN, ms = 0, interrupts = 0, stops = 0] = totals
      agreedMs = ms
      if (interrupts > 0) interrupted.abort()
      if (stops > 0) stopped.abort()
      return { loss: totalLoss, accuracy: totalAccuracy }
    },
  }
  return ranks
}
