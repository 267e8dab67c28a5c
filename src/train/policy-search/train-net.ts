import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { TrainEvent } from '../events.ts'
import { ratesAlong, START, type Position } from '../position.ts'
import type { OpenStage } from '../stage.ts'
import { StepMetrics } from '../step-metrics.ts'

const METRICS_A_NET = 50

/** What a search looks at between steps. */
export interface SearchClock {
  now: () => number
  /** Whether the search is to end here: interrupted, asked to finish, or out of time. */
  over: () => boolean
  /** Steps and trials of the whole search that are done. */
  done: number
  total: number
}

/**
 * Trains a net for its whole budget, or until the search is over.
 * @returns whether it was trained to the end.
 */
export async function* trainNet(open: OpenStage, clock: SearchClock): AsyncGenerator<TrainEvent, boolean> {
  const { length, stage, spec, trainStep } = open
  const steps = stepsOf(open)
  const ratesAt = ratesAlong(spec, stage, length, { totalSteps: steps })
  const loader = await open.loader(START)
  const window = new StepMetrics(clock.now, loader)
  const every = Math.max(1, Math.floor(steps / METRICS_A_NET))
  try {
    for (let step = 0; step < steps; step++) {
      const batch = loader.next()
      if (batch === undefined) throw new AppError('internal', `The loader ended before step ${step + 1}.`)
      const position: Position = { ...START, step, stageStep: step }
      const rates = ratesAt(position)
      const result = trainStep.run(batch, { ...rates, step: step + 1, progress: step / steps })
      if (!Number.isFinite(result.loss))
        throw new AppError(
          'non_finite_loss',
          `The loss is ${result.loss} at step ${step + 1}; a lower learning rate may help.`,
        )
      window.add(result, batch.count)
      clock.done++
      if ((step + 1) % every === 0 || step + 1 === steps)
        yield {
          type: 'metrics',
          ...{ step: clock.done, epoch: clock.done / length.stepsPerEpoch },
          values: window.take(rates.learningRate, clock.total - clock.done, spec.batchSize),
        }
      await setImmediate()
      if (clock.over()) return step + 1 === steps
    }
  } finally {
    await loader.close()
  }
  return true
}

/** Steps of a net's training. @throws AppError `internal` for a budget by the clock, which a search refuses */
export function stepsOf({ length }: Pick<OpenStage, 'length'>): number {
  if ('totalSteps' in length) return length.totalSteps
  throw new AppError('internal', 'A net of a search has a budget of steps.')
}
