import { setImmediate } from 'node:timers/promises'
import { trainingSubset } from '../../data/subset.ts'
import { parseSpec } from '../../job-spec/parse.ts'
import type { SubPolicies } from '../../zoo/augment/policy.ts'
import { rngFor } from '../../zoo/rng.ts'
import type { TrainEvent } from '../process/events.ts'
import { stratifiedFolds } from './folds.ts'
import { plannedSteps, trainedNet, type TrainedNet } from './nets.ts'
import { SEARCH_STREAM, type Search, type Finding } from './context.ts'
import { keepInTime, nextNet } from './progress.ts'
import { bestTrials, proposeSubPolicy, randomSubPolicy } from './proposals.ts'
import type { FoldFinding } from '../checkpoint/search-progress.ts'

const TRIALS_PER_METRIC = 10

/**
 * Density matching: for each fold a net is trained without it and without a policy; the sub-policies are kept under which the fold's images
 * stay most probable, those that make images of the same kind as the net was trained on. The policy is the union over the folds.
 * Source: Lim et al. 2019, §3.2 and Algorithm 1, https://arxiv.org/abs/1905.00397; here one round of trials a fold, no operation with
 * probability 0, of sub-policies with the same operations the best one alone, and none that leaves most images as they are while there are
 * others.
 */
export async function* matchDensity(search: Search): AsyncGenerator<TrainEvent, Finding> {
  const { dataset, options, clock, spec, progress } = search
  const folds = stratifiedFolds(dataset.labels('train'), options.folds, rngFor(spec.seed, SEARCH_STREAM))
  const parts = folds.map((fold) => trainingSubset(dataset, fold))
  clock.total = parts.reduce((sum, part) => sum + plannedSteps(search, part) + options.trials, 0)
  for (const part of parts.slice(progress.index)) {
    const net = yield* trainedNet(search, part, spec.augment)
    if (net === undefined) break
    try {
      const finding = yield* searchFold(search, net)
      if (finding !== undefined) progress.folds.push(finding)
    } finally {
      net.close()
    }
    if (clock.over()) break
    nextNet(progress)
  }
  const policy = progress.folds.flatMap(({ kept }) => kept.map(({ subPolicy }) => subPolicy))
  return { policy: policy.length === 0 ? null : policy, folds: progress.folds }
}

/** Tries sub-policies on the images of a fold, from the trial on that the search has come to. */
async function* searchFold(
  search: Search,
  { heldOut, open }: TrainedNet,
): AsyncGenerator<TrainEvent, FoldFinding | undefined> {
  const { options, clock, spec, progress, signal } = search
  const { index, trials } = progress
  const { trials: most, startTrials, operations, keep } = options
  const under = (policy: SubPolicies): { loss: number; changed: number } =>
    heldOut.under(parseSpec({ augment: [{ name: 'auto-augment', policy }] }).augment ?? [])
  const { loss: clean } = heldOut.under([])
  let best = Math.min(Infinity, ...trials.map(({ loss }) => loss))
  while (trials.length < most && !clock.over()) {
    const rng = rngFor(spec.seed, SEARCH_STREAM, 2, index, trials.length)
    const subPolicy =
      trials.length < startTrials ? randomSubPolicy(operations, rng) : proposeSubPolicy(trials, operations, rng)
    const { loss, changed } = under([subPolicy])
    trials.push({ subPolicy, loss, changed })
    best = Math.min(best, loss)
    clock.done++
    if (trials.length % TRIALS_PER_METRIC === 0 || trials.length === most)
      yield {
        type: 'metrics',
        step: clock.done,
        epoch: index,
        values: { 'search/loss': loss, 'search/best': best, 'search/clean': clean },
      }
    await setImmediate()
    yield* keepInTime(search, open)
  }
  if (trials.length === 0 || (signal.aborted && trials.length < most)) return undefined
  const kept = bestTrials(trials, keep)
  const { loss: policy } = under(kept.map(({ subPolicy }) => subPolicy))
  return { images: heldOut.images, trials: trials.length, clean, policy, kept }
}
