import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { TrainEvent } from '../process/events.ts'
import { ratesAlong, START } from '../run/position.ts'
import type { Position } from '../checkpoint/info.ts'
import type { OpenStage } from '../run/stage.ts'
import { StepMetrics } from '../run/step-metrics.ts'
import type { Search } from './context.ts'
import { keepInTime } from './progress.ts'

const METRICS_A_NET = 50

/**
 * Trains the net under way from where it is for its whole budget, or until the search is over.
 * @returns whether it was trained to the end.
 */
export async function* trainNet(search: Search, open: OpenStage): AsyncGenerator<TrainEvent, boolean> {
  const { clock, progress } = search
  const { length, stage, spec, trainStep } = open
  const steps = stepsOf(open)
  if (progress.steps === steps) return true
  const ratesAt = ratesAlong(spec, stage, length, { totalSteps: steps })
  const loader = await open.loader({ ...START, stageStep: progress.steps })
  const window = new StepMetrics(clock.now, loader)
  const every = Math.max(1, Math.floor(steps / METRICS_A_NET))
  try {
    while (progress.steps < steps) {
      const batch = loader.next()
      if (batch === undefined) throw new AppError('internal', `The loader ended before step ${progress.steps + 1}.`)
      const position: Position = { ...START, step: progress.steps, stageStep: progress.steps }
      const rates = ratesAt(position)
      const result = trainStep.run(batch, { ...rates, step: progress.steps + 1, progress: progress.steps / steps })
      progress.steps++
      clock.done++
      if (!Number.isFinite(result.loss))
        throw new AppError(
          'non_finite_loss',
          `The loss is ${result.loss} at step ${progress.steps}; a lower learning rate may help.`,
        )
      window.add(result, batch.count)
      if (progress.steps % every === 0 || progress.steps === steps)
        yield {
          type: 'metrics',
          ...{ step: clock.done, epoch: clock.done / length.stepsPerEpoch },
          values: window.take(rates.learningRate, clock.total - clock.done, spec.batchSize),
        }
      await setImmediate()
      yield* keepInTime(search, open)
      if (clock.over()) break
    }
  } finally {
    loader.close()
  }
  return progress.steps === steps
}

/** Steps of a net's training. @throws AppError `internal` for a budget by the clock, which a search refuses */
export function stepsOf({ length }: Pick<OpenStage, 'length'>): number {
  if ('totalSteps' in length) return length.totalSteps
  throw new AppError('internal', 'A net of a search has a budget of steps.')
}
