import type { TrainEvent } from '../process/events.ts'
import type { FitOptions } from './options.ts'
import type { TakenStep } from './train-steps.ts'

type Traced = Pick<FitOptions, 'now' | 'traceEverySteps'>

/** The first step of an attempt and then one of `traceEverySteps`, as a span. Its times are those of the run's clock. */
export function* stepSpan(
  { traceEverySteps }: Traced,
  { step, startedMs, loadedMs, endedMs }: TakenStep,
  isFirst: boolean,
): Generator<TrainEvent> {
  if (traceEverySteps === undefined || (!isFirst && step % traceEverySteps !== 0)) return
  const attributes = { 'anneal.step': step, 'anneal.data_wait_ms': loadedMs - startedMs }
  yield { type: 'span', name: 'training step', startMs: startedMs, endMs: endedMs, attributes }
}

/** Adds a span to what is done between two steps. */
export async function* inSpan<T>(
  { now, traceEverySteps }: Traced,
  name: string,
  events: AsyncGenerator<TrainEvent, T>,
): AsyncGenerator<TrainEvent, T> {
  const startMs = now()
  const result = yield* events
  if (traceEverySteps !== undefined) yield { type: 'span', name, startMs, endMs: now(), attributes: {} }
  return result
}
