import { meanInterval, type Interval } from '../student.ts'

/** A difference that a claim promises, paired over seeds: the same seed gives both sides their weights, order and augmentation draws. */
export interface Gate {
  name: string
  /** One value per seed, in the claim's unit. */
  values: number[]
  min: number
}

export type Verdict = 'holds' | 'fails' | 'undecided'

/** Of the interval for the mean difference: 5 % lie beyond each end. */
export const CONFIDENCE = 0.9

export const intervalOf = ({ values }: Gate): Interval => meanInterval(values, CONFIDENCE)

/** A gate holds when the whole interval reaches it, fails when none of the interval does, and is undecided otherwise. */
export function verdictOf(gate: Gate): Verdict {
  const { low, high } = intervalOf(gate)
  if (low >= gate.min) return 'holds'
  return high < gate.min ? 'fails' : 'undecided'
}
