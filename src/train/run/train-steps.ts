import { setImmediate } from 'node:timers/promises'
import type { Batch } from '../../data/loader.ts'
import { AppError } from '../../errors.ts'
import type { StepResult, StepScalars } from '../step/step.ts'
import type { OpenStage } from './stage.ts'
import { StepMetrics } from './step-metrics.ts'

/** A step that was taken, with the scalars that it was taken with. */
export interface TakenStep extends StepResult, StepScalars {
  batch: Batch
  /** Whether its loss is a number; a step whose loss is not is the last one. */
  finite: boolean
  /** When it began, when its batch was there, and when it had been taken, by the run's clock. */
  startedMs: number
  loadedMs: number
  endedMs: number
  /** Means over the steps since the last call, and the seconds that so many more steps take. */
  metrics(stepsLeft: number): Record<string, number>
  /** Begins the next means here, so that they leave out an evaluation. */
  resetMetrics(): void
}

export interface TrainSteps {
  now: () => number
  /** Aborting ends the steps after the current one. */
  signal: AbortSignal
  /** Steps of the stage that were taken before. */
  stageStep: number
  /** The scalars of the next step; undefined at the end. */
  next: () => StepScalars | undefined
  /** Makes the result of the whole batch of that of this process; absent: it trains alone. */
  afterStep?: (part: StepResult) => StepResult
}

/** Trains a stage step by step. Between two steps the process takes signals and messages. */
export async function* trainSteps(
  { trainStep, loader: loaderFrom, spec }: Pick<OpenStage, 'trainStep' | 'loader'> & { spec: { batchSize: number } },
  { now, signal, stageStep, next, afterStep = (result) => result }: TrainSteps,
): AsyncGenerator<TakenStep> {
  const loader = await loaderFrom({ stageStep })
  const window = new StepMetrics(now, loader)
  const resetMetrics = (): void => {
    window.reset()
  }
  try {
    for (let scalars = next(); scalars !== undefined; scalars = next()) {
      const { learningRate, step } = scalars
      const startedMs = now()
      const batch = loader.next()
      if (batch === undefined) throw new AppError('internal', `The loader ended before step ${step}.`)
      const loadedMs = now()
      const result = afterStep(trainStep.run(batch, scalars))
      const finite = Number.isFinite(result.loss)
      const endedMs = now()
      window.add(result, spec.batchSize)
      await setImmediate()
      yield {
        ...scalars,
        ...result,
        batch,
        finite,
        startedMs,
        loadedMs,
        endedMs,
        metrics: (stepsLeft) => window.take(learningRate, stepsLeft, spec.batchSize),
        resetMetrics,
      }
      if (!finite || signal.aborted) return
    }
  } finally {
    loader.close()
  }
}
