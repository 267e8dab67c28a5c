import { setImmediate } from 'node:timers/promises'
import { trainingSubset } from '../../data/subset.ts'
import { parseSpec } from '../../spec/parse.ts'
import type { SubPolicies } from '../../zoo/augment/policy.ts'
import { rngFor } from '../../zoo/rng.ts'
import type { TrainEvent } from '../events.ts'
import { stratifiedFolds } from './folds.ts'
import type { HeldOut } from './held-out.ts'
import { plannedSteps, SEARCH_STREAM, trainedNet, type Search } from './nets.ts'
import { bestTrials, proposeSubPolicy, randomSubPolicy, type Trial } from './proposals.ts'
import type { Finding, FoldFinding } from './search.ts'

const TRIALS_A_METRIC = 10

/**
 * Density matching: for each fold a net is trained without it and without a policy; the sub-policies are kept under which the fold's images
 * stay likeliest, those that make images of the same kind as the net was trained on. The policy is the union over the folds.
 * Source: Lim et al. 2019, §3.2 and Algorithm 1, https://arxiv.org/abs/1905.00397; here one round of trials a fold, no operation with
 * probability 0, of sub-policies with the same operations the best one alone, and none that leaves most images as they are while there are
 * others.
 */
export async function* matchDensity(search: Search): AsyncGenerator<TrainEvent, Finding> {
  const { dataset, options, clock, spec } = search
  const folds = stratifiedFolds(dataset.labels('train'), options.folds, rngFor(spec.seed, SEARCH_STREAM))
  const parts = folds.map((fold) => trainingSubset(dataset, fold))
  clock.total = parts.reduce((sum, part) => sum + plannedSteps(search, part) + options.trials, 0)
  const found: FoldFinding[] = []
  for (const [index, part] of parts.entries()) {
    const net = yield* trainedNet(search, part, { augment: spec.augment, index })
    if (net === undefined) break
    try {
      const finding = yield* searchFold(search, net.heldOut, index)
      if (finding !== undefined) found.push(finding)
    } finally {
      net.close()
    }
    if (clock.over()) break
  }
  const policy = found.flatMap(({ kept }) => kept.map(({ subPolicy }) => subPolicy))
  return { policy: policy.length === 0 ? null : policy, folds: found }
}

/** Tries sub-policies on the images of a fold. */
async function* searchFold(
  { options, clock, spec }: Search,
  heldOut: HeldOut,
  index: number,
): AsyncGenerator<TrainEvent, FoldFinding | undefined> {
  const { trials: most, startTrials, operations, keep } = options
  const under = (policy: SubPolicies): { loss: number; changed: number } =>
    heldOut.under(parseSpec({ augment: [{ name: 'auto-augment', policy }] }).augment ?? [])
  const { loss: clean } = heldOut.under([])
  const trials: Trial[] = []
  let best = Infinity
  while (trials.length < most && !clock.over()) {
    const rng = rngFor(spec.seed, SEARCH_STREAM, 2, index, trials.length)
    const subPolicy =
      trials.length < startTrials ? randomSubPolicy(operations, rng) : proposeSubPolicy(trials, operations, rng)
    const { loss, changed } = under([subPolicy])
    trials.push({ subPolicy, loss, changed })
    best = Math.min(best, loss)
    clock.done++
    if (trials.length % TRIALS_A_METRIC === 0 || trials.length === most)
      yield {
        type: 'metrics',
        ...{ step: clock.done, epoch: index },
        values: { 'search/loss': loss, 'search/best': best, 'search/clean': clean },
      }
    await setImmediate()
  }
  if (trials.length === 0) return undefined
  const kept = bestTrials(trials, keep)
  const { loss: policy } = under(kept.map(({ subPolicy }) => subPolicy))
  return { images: heldOut.images, trials: trials.length, clean, policy, kept }
}
