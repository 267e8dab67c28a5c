import { trainingSubset } from '../../data/subset.ts'
import { withAugment } from '../../job-spec/policy-search.ts'
import { rngFor } from '../../zoo/rng.ts'
import type { TrainEvent } from '../process/events.ts'
import { stratifiedFolds } from './folds.ts'
import { plannedSteps, trainedNet } from './nets.ts'
import { SEARCH_STREAM, type Search, type Finding } from './context.ts'
import { nextNet } from './progress.ts'

/**
 * A grid over the numbers of rand-augment: a net is trained with each, and one with no policy to compare with; the numbers are taken whose net
 * has the least loss on images that were held out.
 * Source: Cubuk et al. 2020, §4, https://arxiv.org/abs/1909.13719.
 */
export async function* tryRandAugment(search: Search): AsyncGenerator<TrainEvent, Finding> {
  const { dataset, options, clock, spec, requestedSpec, progress } = search
  const points = options.numOps.flatMap((numOps) => options.magnitudes.map((magnitude) => ({ numOps, magnitude })))
  const [fold] = stratifiedFolds(dataset.labels('train'), options.folds, rngFor(spec.seed, SEARCH_STREAM))
  const part = trainingSubset(dataset, fold!)
  clock.total = (points.length + 1) * plannedSteps(search, part)
  const { grid } = progress
  for (const point of [{ numOps: 0, magnitude: 0 }, ...points].slice(progress.index)) {
    const augment =
      point.numOps > 0 ? withAugment(requestedSpec, { name: 'rand-augment', ...point }) : search.spec.augment
    const net = yield* trainedNet(search, part, augment)
    if (net === undefined) break
    const { loss } = net.heldOut.under([])
    net.close()
    grid.push({ ...point, loss })
    yield { type: 'metrics', step: clock.done, epoch: progress.index + 1, values: { 'search/loss': loss } }
    nextNet(progress)
    if (clock.over()) break
  }
  const tried = grid.filter(({ numOps }) => numOps > 0).sort((a, b) => a.loss - b.loss)
  const best = tried.at(0)
  return { policy: best === undefined ? null : { numOps: best.numOps, magnitude: best.magnitude }, grid }
}
