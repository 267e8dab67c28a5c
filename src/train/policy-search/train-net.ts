import { AppError } from '../../errors.ts'
import type { TrainEvent } from '../process/events.ts'
import { ratesAlong, START } from '../run/position.ts'
import type { OpenStage } from '../run/stage.ts'
import { trainSteps } from '../run/train-steps.ts'
import type { Search } from './context.ts'
import { keepInTime } from './progress.ts'

const METRICS_PER_NET = 50

/**
 * Trains the current net from where it is for its whole budget, or until the search is over.
 * @returns whether it was trained to the end.
 */
export async function* trainNet(search: Search, open: OpenStage): AsyncGenerator<TrainEvent, boolean> {
  const { clock, progress, signal } = search
  const { length, stage, spec } = open
  const steps = stepsOf(open)
  if (progress.steps === steps) return true
  const ratesAt = ratesAlong(spec, stage, length, { totalSteps: steps })
  const every = Math.max(1, Math.floor(steps / METRICS_PER_NET))
  const next = () => {
    const done = progress.steps
    if (done === steps) return undefined
    return { ...ratesAt({ ...START, step: done, stageStep: done }), step: done + 1, progress: done / steps }
  }
  for await (const step of trainSteps(open, { now: clock.now, signal, stageStep: progress.steps, next })) {
    progress.steps++
    clock.done++
    if (!step.finite)
      throw new AppError(
        'non_finite_loss',
        `The loss is ${step.loss} at step ${progress.steps}; a lower learning rate may help.`,
      )
    if (progress.steps % every === 0 || progress.steps === steps)
      yield {
        type: 'metrics',
        step: clock.done,
        epoch: clock.done / length.stepsPerEpoch,
        values: step.metrics(clock.total - clock.done),
      }
    yield* keepInTime(search, open)
    if (clock.over()) break
  }
  return progress.steps === steps
}

/** Steps of a net's training. @throws AppError `internal` for a budget by the clock, which a search refuses */
export function stepsOf({ length }: Pick<OpenStage, 'length'>): number {
  if ('totalSteps' in length) return length.totalSteps
  throw new AppError('internal', 'A net of a search has a budget of steps.')
}
