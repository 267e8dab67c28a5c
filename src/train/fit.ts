import type { PackedDataset } from '../data/packed.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { balancedAccuracy } from './evaluate/metrics.ts'
import { finalize } from './finalize.ts'
import type { TrainEvent } from './process/events.ts'
import { CHECKPOINT_EVERY_MS } from './run/checkpoint-files.ts'
import { afterEpoch, hasStopped, stoppedMessage } from './run/early-stopping.ts'
import type { FitOptions } from './run/options.ts'
import { progressOf, ratesAlong, stageEnds, totalSteps } from './run/position.ts'
import { gatherState, shareState } from './run/rank-state.ts'
import { checkpointFiles, epochsDone, nextStage, stageSpec, startRun, writeLast, type Run } from './run/run.ts'
import { info, nonFinite, stageMessage, startedEvent } from './run/run-events.ts'
import { inSpan, stepSpan } from './run/spans.ts'
import { trainSteps, type TakenStep } from './run/train-steps.ts'
import { isBetter, validationMetrics, validationOf } from './run/validation.ts'

const METRICS_PER_EPOCH = 50
const BALANCED = 'val/balancedAccuracy'
/** Fraction of a budget of time after which the steps that it holds are estimated for averaging. */
const STEPS_KNOWN_AFTER = 0.05

/**
 * Trains a resolved spec on a data set, stage by stage. Events come as they happen; a run that is resumed from its `last` checkpoint ends
 * with the same weights as one that was never interrupted, bit for bit with float32 on one thread and a budget in epochs or steps.
 */
export async function* fit(
  resolution: { spec: ResolvedSpec; hash: string },
  packed: PackedDataset,
  options: FitOptions,
): AsyncGenerator<TrainEvent> {
  const run = await startRun(resolution, packed, options)
  shareState(run)
  const { context, position, stages } = run
  yield startedEvent(context.engine, run.open, {
    counts: context.dataset.manifest.counts,
    totalSteps: totalSteps(position, run.runLength),
    startStep: position.step,
    pretrained: run.pretrained,
  })
  if (run.loaded !== undefined) yield info(run.loaded)
  yield { type: 'phase', phase: 'running' }
  if (pauses(run)) {
    yield { type: 'paused', step: position.step }
    return
  }
  do {
    if (stages.length > 1) yield info(stageMessage(run.open, stages.length))
    const end = yield* trainStage(run)
    if (end === 'ended') return
    if (end === 'stopped-early') break
  } while (await nextStage(run))
  run.ranks.collective.close()
  if (!run.ranks.leads) {
    yield { type: 'succeeded', report: null }
    return
  }
  yield { type: 'phase', phase: 'finalizing' }
  yield* inSpan(options, 'finalize', finalize(run))
}

/** How a stage went: to its end, stopped early by the user, or the run has ended with an event that says how. */
type StageEnd = 'done' | 'stopped-early' | 'ended'

/** Trains one stage from where the run is. One function: one stage, read from top to bottom. */
async function* trainStage(run: Run): AsyncGenerator<TrainEvent, StageEnd> {
  const { options, runLength, open, position, averages } = run
  const { signal, stopEarly, now, afterStep } = run.ranks
  const { checkpointEveryMs = CHECKPOINT_EVERY_MS } = options
  const { stage, length } = open
  const ratesAt = ratesAlong(run.spec, stage, length, runLength)
  const ends = (): boolean => stageEnds(position, stage, length, runLength)
  const metricsEvery = Math.max(1, Math.floor(length.stepsPerEpoch / METRICS_PER_EPOCH))
  const firstStep = position.stageStep + 1
  let stepsKnown = !('seconds' in runLength)
  let savedAt = now()
  if (hasStopped(run)) return 'stopped-early'
  if (open.features !== undefined) yield info(featuresMessage(open.features))
  const next = () =>
    ends() ? undefined : { ...ratesAt(position), step: position.step + 1, progress: progressOf(position, runLength) }
  for await (const step of trainSteps(open, {
    now: options.now,
    signal,
    stageStep: position.stageStep,
    next,
    afterStep,
  })) {
    position.step++
    position.stageStep++
    position.seconds = run.seconds()
    if (!step.finite) {
      yield nonFinite('loss', step.loss, position.step)
      return 'ended'
    }
    if (!stepsKnown && step.progress >= STEPS_KNOWN_AFTER) {
      averages.setTotalSteps(totalSteps(position, runLength))
      stepsKnown = true
    }
    yield* stepSpan(options, step, position.stageStep === firstStep)
    averages.update(position.step)
    for (const label of step.batch.labels) run.seenHere[label] = (run.seenHere[label] ?? 0) + 1
    const stopsEarly = stopEarly?.aborted === true
    const pausing = pauses(run)
    const epochEnds = position.stageStep % length.stepsPerEpoch === 0 || ends() || stopsEarly || pausing
    if (position.stageStep % metricsEvery === 0 || epochEnds || position.stageStep === firstStep)
      yield metricsOf(run, step)
    const saves = epochEnds || now() - savedAt > checkpointEveryMs
    if (saves) gatherState(run)
    if (epochEnds) {
      const validated = validate(run, position.stageStep % length.stepsPerEpoch === 0)
      if (!(yield* inSpan(options, 'validate', validated))) return 'ended'
      step.resetMetrics()
    }
    if (saves) {
      yield* inSpan(options, 'checkpoint', writeLast(run))
      savedAt = now()
    }
    if (stopsEarly) return 'stopped-early'
    if (hasStopped(run) && !ends()) {
      yield info(stoppedMessage(run))
      return 'stopped-early'
    }
    if (pausing) {
      yield { type: 'paused', step: position.step }
      return 'ended'
    }
  }
  if (!signal.aborted || ends()) return 'done'
  gatherState(run)
  yield* writeLast(run)
  yield { type: 'interrupted', step: position.step }
  return 'ended'
}

/** Whether a run is where it was asked to pause, and not at its end. */
function pauses({ options, position, runLength }: Run): boolean {
  const progress = progressOf(position, runLength)
  return options.pauseAt !== undefined && position.step > 0 && progress < 1 && progress >= options.pauseAt - 1e-9
}

const featuresMessage = ({ width }: { width: number }): string =>
  `The trunk is frozen and no augmentation varies the images: their ${width} features are computed once.`

/** Means over the steps since the last metrics, and when that was; where the budget is time, with what is left of it and a new estimate of its steps. */
function metricsOf(run: Run, step: TakenStep): TrainEvent {
  const { position, runLength } = run
  const total = totalSteps(position, runLength)
  const values = { ...step.metrics(total - position.step), 'train/seconds': position.seconds }
  const at = { type: 'metrics', step: position.step, epoch: epochsDone(run) } as const
  if (!('seconds' in runLength)) return { ...at, values }
  const secondsLeft = Math.max(0, runLength.seconds - position.seconds)
  return { ...at, values: { ...values, 'train/secondsLeft': secondsLeft }, totalSteps: total }
}

/** Evaluates on validation images, and keeps the best weights so far. @returns whether the loss is finite. */
async function* validate(run: Run, isEpoch: boolean): AsyncGenerator<TrainEvent, boolean> {
  const { context, open, position } = run
  if (context.dataset.manifest.counts.val === 0) return true
  const logits = await open.evaluator.run('val', run.ranks.collective)
  const validation = validationOf(stageSpec(run), logits)
  if (!Number.isFinite(validation.loss)) {
    yield nonFinite('validation loss', validation.loss, position.step)
    return false
  }
  const { earlyStopping } = run.spec
  const values: Record<string, number> = {
    ...validationMetrics(validation),
    ...(earlyStopping?.metric === BALANCED ? { [BALANCED]: balancedAccuracy(logits) } : {}),
  }
  yield { type: 'metrics', step: position.step, epoch: epochsDone(run), values }
  // What an interruption measures between two epochs is no epoch: a run that was interrupted ends where it would have.
  if (isEpoch && earlyStopping !== undefined)
    run.earlyStopping = afterEpoch(
      run.earlyStopping,
      { value: values[earlyStopping.metric] ?? NaN, step: position.step },
      earlyStopping,
    )
  if (!isBetter(validation, run.best)) return true
  run.best = validation
  if (run.ranks.leads) yield await checkpointFiles(run).write('best', position.step, run.best)
  return true
}
