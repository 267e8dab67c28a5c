import { ENDED_STATES, type JobState } from './job-states.ts'

/**
 * Asynchronous successive halving: a trial trains for the fraction of its budget that its rung has, and pauses; of the trials that a rung has
 * seen, the best one in η goes on to the next, from its checkpoint and along the schedule of its whole budget.
 * Source: Li et al. 2020, “A System for Massively Parallel Hyperparameter Tuning”, algorithm 2, https://arxiv.org/abs/1810.05934.
 * Beyond the paper: the number of trials is known, so a trial that no rung can promote any more is stopped at once; a failed trial ranks
 * last in its rung; and when nothing runs and nothing can be promoted, the best of the highest rung goes on until one has had the whole
 * budget.
 */
export interface HalvingTrial {
  number: number
  state: JobState
  /** The rung that it trains to, or waits at. */
  rung: number
  /** Fraction of the budget at which it paused last. */
  reached: number
  /** By rung, where it has reached one; larger is better, and null worse than any. */
  scores: readonly (number | null)[]
}

export interface HalvingPlan {
  eta: number
  /** Shares of the budget, rising to 1. */
  rungs: readonly number[]
}

export interface Decision {
  /** Goes on to the next rung. */
  promote: number[]
  /** Ends, with what ranked it out. */
  stop: { number: number; rung: number; rank: number; of: number }[]
  /** Whether every trial has ended or is about to. */
  over: boolean
}

const NEAR = 1e-9

/** Rungs from the whole budget down to the least share. */
export function rungsOf({ eta, minimum }: { eta: number; minimum: number }): number[] {
  const rungs = [1]
  while (1 / eta ** rungs.length >= minimum - NEAR) rungs.unshift(1 / eta ** rungs.length)
  return rungs
}

/** The highest rung that a trial has reached; −1 before the first. */
export function reachedRung(
  { state, reached }: Pick<HalvingTrial, 'state' | 'reached'>,
  rungs: readonly number[],
): number {
  return state === 'succeeded' ? rungs.length - 1 : rungs.findLastIndex((share) => reached >= share - NEAR)
}

/** What to do now, a function of the trials as they are: whoever asks twice gets the same, or nothing more to do. */
export function decide(trials: readonly HalvingTrial[], { eta, rungs }: HalvingPlan): Decision {
  const standing = trials.filter(({ state }) => state !== 'canceled')
  const waits = (trial: HalvingTrial): boolean =>
    trial.state === 'paused' && reachedRung(trial, rungs) === trial.rung && trial.rung < rungs.length - 1
  const promote = new Set<number>()
  const stop: Decision['stop'] = []
  // Trials that a rung may still see: a late one can be promoted although the paper's share has been promoted before it.
  const places = rungs.map((_, rung) => {
    const most = standing.filter((trial) => trial.rung >= rung || !ENDED_STATES.includes(trial.state)).length
    return Math.max(1, Math.floor(most / eta))
  })
  for (let rung = rungs.length - 2; rung >= 0; rung--) {
    const ranked = ranking(standing, rung, rungs)
    const quota = Math.floor(ranked.length / eta)
    ranked.forEach((trial, rank) => {
      if (!waits(trial) || trial.rung !== rung) return
      if (rank < quota) promote.add(trial.number)
      else if (rank >= (places[rung] ?? 1)) stop.push({ number: trial.number, rung, rank, of: ranked.length })
    })
  }
  const quiet = promote.size === 0 && standing.every((trial) => ENDED_STATES.includes(trial.state) || waits(trial))
  if (!quiet) return { promote: [...promote], stop, over: false }

  const waiting = standing.filter((trial) => waits(trial))
  const highest = Math.max(-1, ...waiting.map(({ rung }) => rung))
  const ranked = ranking(standing, highest, rungs)
  const nobodyDone = standing.every(({ state }) => state !== 'succeeded')
  const next = nobodyDone ? ranked.find((trial) => waits(trial) && trial.rung === highest) : undefined
  if (next !== undefined) return { promote: [next.number], stop: [], over: false }
  return {
    promote: [],
    stop: waiting.map(({ number, rung }) => {
      const peers = ranking(standing, rung, rungs)
      return { number, rung, rank: peers.findIndex((peer) => peer.number === number), of: peers.length }
    }),
    over: true,
  }
}

/** Trials that are through with a rung, best first; a failed one is through with the rung that it was on, as the last. */
function ranking(trials: readonly HalvingTrial[], rung: number, rungs: readonly number[]): HalvingTrial[] {
  const scoreOf = ({ scores }: HalvingTrial): number => scores[rung] ?? -Infinity
  return trials
    .filter((trial) => reachedRung(trial, rungs) >= rung || (trial.state === 'failed' && trial.rung === rung))
    .sort((a, b) => (scoreOf(a) === scoreOf(b) ? a.number - b.number : scoreOf(b) - scoreOf(a)))
}
