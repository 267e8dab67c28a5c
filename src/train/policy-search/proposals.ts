import { OPERATIONS, type OperationName } from '../../zoo/augment/operations.ts'
import { POLICY_BINS, type PolicyStep } from '../../zoo/augment/policy.ts'
import type { Rng } from '../../zoo/define.ts'
import type { SubPolicy, Trial } from '../checkpoint/search-progress.ts'

/** A sub-policy that changes less than this fraction of the images comes after all others: to do nothing always fits. */
const MIN_CHANGED = 0.5
const byRank = (a: Trial, b: Trial): number =>
  Number(a.changed < MIN_CHANGED) - Number(b.changed < MIN_CHANGED) || a.loss - b.loss

/** What the search chooses from: all operations but Identity, probabilities in tenths from 0.1, and whole magnitudes. */
export const SEARCHED = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => name !== 'Identity')
const PROBABILITIES = Array.from({ length: 10 }, (_, i) => (i + 1) / 10)
const MAGNITUDES = Array.from({ length: POLICY_BINS }, (_, i) => i)

/** Of n trials, half of √n count as good; of so many proposals the most probable to be so is taken. */
const GOOD = 0.5
const PROPOSALS = 24
/** Neighbours of a value on a scale count by this factor for each place between. */
const NEARNESS = 0.5
/** Weight of the even distribution in every density, in trials. */
const PRIOR = 1

/** A sub-policy drawn evenly. */
export function randomSubPolicy(operations: number, rng: Rng): SubPolicy {
  const pick = <T>(values: readonly T[]): T => values[rng.integer(values.length)]!
  return Array.from({ length: operations }, () => ({
    op: pick(SEARCHED),
    probability: pick(PROBABILITIES),
    magnitude: pick(MAGNITUDES),
  }))
}

/**
 * The next sub-policy to try, by a tree-structured Parzen estimator: of some drawn from the density of the good trials, the one that is
 * most probable under it over the density of the others. Each number of each place in a sub-policy has its own density.
 * Source: Bergstra et al. 2011, §4, https://papers.nips.cc/paper/4443; here on the grid of AutoAugment's numbers.
 */
export function proposeSubPolicy(trials: readonly Trial[], operations: number, rng: Rng): SubPolicy {
  const ranked = [...trials].sort(byRank)
  const good = Math.max(1, Math.ceil(GOOD * Math.sqrt(ranked.length)))
  const places = Array.from({ length: operations }, (_, place) => {
    const stepsOf = (of: readonly Trial[]): Required<PolicyStep>[] =>
      of.flatMap(({ subPolicy }) => subPolicy[place] ?? [])
    return placeDensities(stepsOf(ranked.slice(0, good)), stepsOf(ranked.slice(good)))
  })
  let best: { subPolicy: SubPolicy; score: number } | undefined
  for (let i = 0; i < PROPOSALS; i++) {
    const drawn = places.map((draw) => draw(rng))
    const score = drawn.reduce((sum, place) => sum + place.score, 0)
    if (best === undefined || score > best.score) best = { subPolicy: drawn.map(({ step }) => step), score }
  }
  return best!.subPolicy
}

/** Draws a step by the density of good ones, with the logarithm of how much likelier it is under that than under the others'. */
function placeDensities(
  good: readonly Required<PolicyStep>[],
  others: readonly Required<PolicyStep>[],
): (rng: Rng) => { step: Required<PolicyStep>; score: number } {
  const choice = <T>(values: readonly T[], of: (step: Required<PolicyStep>) => T, near: number) => {
    const [likely, unlikely] = [good, others].map((steps) => density(values, steps.map(of), near))
    return (rng: Rng): { value: T; score: number } => {
      const i = drawn(likely!, rng)
      return { value: values[i]!, score: Math.log(likely![i]! / unlikely![i]!) }
    }
  }
  const op = choice(SEARCHED, (step) => step.op, 0)
  const probability = choice(PROBABILITIES, (step) => step.probability, NEARNESS)
  const magnitude = choice(MAGNITUDES, (step) => step.magnitude, NEARNESS)
  return (rng) => {
    const [a, b, c] = [op(rng), probability(rng), magnitude(rng)] as const
    return { step: { op: a.value, probability: b.value, magnitude: c.value }, score: a.score + b.score + c.score }
  }
}

/** Probabilities of the values of a scale, from those that were seen, their neighbours and an even prior. */
function density<T>(values: readonly T[], seen: readonly T[], near: number): number[] {
  const counts = new Map<T, number>()
  for (const value of seen) counts.set(value, (counts.get(value) ?? 0) + 1)
  const weights = values.map(() => PRIOR / values.length)
  values.forEach((value, at) => {
    const count = counts.get(value) ?? 0
    if (count === 0) return
    const kernel = values.map((_, i) => (i === at ? 1 : near ** Math.abs(i - at)))
    const sum = kernel.reduce((total, weight) => total + weight, 0)
    kernel.forEach((weight, i) => (weights[i] = (weights[i] ?? 0) + (count * weight) / sum))
  })
  const total = seen.length + PRIOR
  return weights.map((weight) => weight / total)
}

function drawn(probabilities: readonly number[], rng: Rng): number {
  let left = rng.uniform()
  const i = probabilities.findIndex((probability) => (left -= probability) < 0)
  return i < 0 ? probabilities.length - 1 : i
}

/** The best trials, of each set of operations only the best one: what is chosen is to differ. */
export function bestTrials(trials: readonly Trial[], count: number): Trial[] {
  const seen = new Set<string>()
  return [...trials]
    .sort(byRank)
    .filter(({ subPolicy }) => {
      const operations = subPolicy
        .map(({ op }) => op)
        .sort()
        .join()
      return seen.has(operations) ? false : seen.add(operations)
    })
    .slice(0, count)
}
