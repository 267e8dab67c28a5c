import { setImmediate } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { startLoaderThreads } from '../data/loader-threads.ts'
import { pixelSource } from '../data/open.ts'
import type { PackedDataset } from '../data/packed.ts'
import type { Engine } from '../engine/engine.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import { transferOf } from '../zoo/models/transfer.ts'
import { createAverages, type Averages } from './averages.ts'
import { CHECKPOINT_EVERY_MS, CheckpointFiles, lastCheckpoint, type Best } from './checkpoint-files.ts'
import type { TrainEvent } from './events.ts'
import { EVALUATION_THREADS } from './evaluate.ts'
import { finalize, nonFinite, type FinishedRun } from './finalize.ts'
import { accuracy, negativeLogLikelihood } from './metrics.ts'
import { divideFor } from './open-set.ts'
import { ratesAlong, progressOf, stageEnds, START, totalSteps, type Position, type RunLength } from './position.ts'
import { conventionOf, openStage, planStages, type OpenStage, type StageContext } from './stage.ts'
import { beginStage, precisionOn, startedEvent } from './started.ts'
import { loadWeights, startingPoint, type WeightsOptions } from './starting-point.ts'
import { StepMetrics } from './step-metrics.ts'

export interface FitOptions {
  engine: Engine
  /** Aborting finishes the step under way, writes `last` and ends the run with `interrupted`. */
  signal: AbortSignal
  /** Aborting ends training after the step under way: the weights so far are validated, calibrated and reported. */
  finish?: AbortSignal
  /** Share of the budget, between 0 and 1, at which the run validates, writes `last` and ends with `paused`. */
  pauseAt?: number | undefined
  /** Checkpoints go to `checkpoints/` in it; a run that finds `last` there goes on from it. */
  outDir: string
  /** Milliseconds of a clock that never goes back. */
  now: () => number
  loaderThreads?: number
  /** Milliseconds between two `last` checkpoints within an epoch. */
  checkpointEveryMs?: number
  /** Needed for a spec that starts from pretrained weights or learns from a teacher. */
  weights?: WeightsOptions
}

const METRICS_AN_EPOCH = 50
/** Share of a budget of time after which the steps that it holds are estimated for averaging. */
const STEPS_KNOWN_AFTER = 0.05

/** A run under way. */
interface Run {
  spec: ResolvedSpec
  hash: string
  context: StageContext
  options: FitOptions
  whole: RunLength
  averages: Averages
  position: Position
  best: Best | null
  /** Training images of each class that were taken. */
  seen: number[]
  /** Seconds of training so far. */
  seconds: () => number
}

/**
 * Trains a resolved spec on a data set, stage by stage. Events come as they happen; a run that is resumed from its `last` checkpoint ends
 * with the same weights as one that was never interrupted, bit for bit with float32 on one thread and a budget in epochs or steps.
 */
export async function* fit(
  { spec, hash }: { spec: ResolvedSpec; hash: string },
  packed: PackedDataset,
  options: FitOptions,
): AsyncGenerator<TrainEvent> {
  const { engine, now } = options
  const { known: dataset, unknown } = divideFor(spec, packed)
  const { manifest } = dataset
  const { stages, whole } = planStages(spec, dataset)
  engine.setPrecision(precisionOn(engine, spec))
  const { loaderThreads = 1 } = options
  startLoaderThreads(loaderThreads + EVALUATION_THREADS)

  const last = lastCheckpoint(options.outDir, { hash, dataset })
  const { input, convention, weights } = await startingPoint(spec, manifest, {
    resumed: last?.info,
    weights: options.weights,
  })
  const context: StageContext = {
    ...{ engine, dataset, unknown, pixels: pixelSource(dataset), weights: options.weights },
    convention: conventionOf(convention, spec),
    input: { ...input, size: spec.image.size },
    loaderThreads,
  }
  const position = { ...(last?.info.position ?? START) }
  const epochsOf = (stage: number) => (): number => stageEpochs(run, stages[stage]!, stage)
  let open = openStage(context, stages[position.stage]!, {
    before: undefined,
    epochs: epochsOf(position.stage),
    epochsBefore: position.epochsBefore,
  })
  const loaded = weights === undefined ? undefined : loadWeights(engine, open.net, weights, transferOf(spec.model))
  const startedAt = now()
  const run: Run = {
    ...{ spec, hash, context, options, whole, position },
    averages: createAverages(engine, spec, open.net, {
      totalSteps: 'totalSteps' in whole ? whole.totalSteps : Infinity,
      stepsPerEpoch: open.length.stepsPerEpoch,
    }),
    best: last?.info.best ?? null,
    seen: last?.info.seen ?? manifest.classes.map(() => 0),
    seconds: () => (last?.info.position?.seconds ?? 0) + (now() - startedAt) / 1000,
  }
  if (last === undefined) await beginStage(context, open)
  else checkpointFiles(run, open).restore(engine, last)

  const steps = totalSteps(position, whole)
  yield startedEvent(engine, open, { counts: manifest.counts, totalSteps: steps, startStep: position.step })
  if (loaded !== undefined) yield log(loaded.message)
  yield { type: 'phase', phase: 'running' }
  if (pauses(run)) {
    yield { type: 'paused', step: position.step }
    return
  }

  for (;;) {
    if (stages.length > 1) yield log(stageMessage(open, stages.length))
    const end = yield* trainStage(run, open)
    if (end === 'ended') return
    const next = stages[position.stage + 1]
    if (next === undefined || end === 'finish') break
    position.epochsBefore += position.stageStep / open.length.stepsPerEpoch
    position.stage++
    position.stageStep = 0
    run.best = null
    const before = open
    open = openStage(context, next, {
      before,
      epochs: epochsOf(position.stage),
      epochsBefore: position.epochsBefore,
    })
    await beginStage(context, open, before)
    run.averages.follow(open.net)
    before.close()
  }
  yield { type: 'phase', phase: 'finalizing' }
  yield* finalize(finished(run, open))
}

/** How a stage went: to its end, to where it was asked to finish, or the run has ended with an event that says how. */
type StageEnd = 'done' | 'finish' | 'ended'

/** Trains one stage from where the run is. */
async function* trainStage(run: Run, open: OpenStage): AsyncGenerator<TrainEvent, StageEnd> {
  const { position, options, whole, averages } = run
  const { signal, now } = options
  const { stage, length, trainStep } = open
  const { manifest } = run.context.dataset
  const { stepsPerEpoch } = length
  const files = checkpointFiles(run, open)
  const ratesAt = ratesAlong(run.spec, stage, length, whole)
  const labelsSeen = run.seen
  if (open.features !== undefined)
    yield log(
      `The trunk is frozen and no augmentation varies the images: their ${open.features.width} features are computed once.`,
    )
  const loader = await open.loader(position)
  const window = new StepMetrics(now, loader)
  const every = Math.max(1, Math.floor(stepsPerEpoch / METRICS_AN_EPOCH))
  const firstStep = position.stageStep + 1
  let savedAt = now()
  let stepsKnown = !('seconds' in whole)

  try {
    while (!stageEnds(position, stage, length, whole)) {
      const batch = loader.next()
      if (batch === undefined) throw new AppError('internal', `The loader ended before step ${position.step}.`)
      const rates = ratesAt(position)
      const progress = progressOf(position, whole)
      const result = trainStep.run(batch, { ...rates, step: position.step + 1, progress: Math.min(progress, 1) })
      position.step++
      position.stageStep++
      position.seconds = run.seconds()
      if (!Number.isFinite(result.loss)) {
        yield nonFinite('loss', result.loss, position.step)
        return 'ended'
      }
      if (!stepsKnown && progress >= STEPS_KNOWN_AFTER) {
        averages.setTotalSteps(totalSteps(position, whole))
        stepsKnown = true
      }
      averages.update(position.step)
      for (const label of batch.labels) labelsSeen[label] = (labelsSeen[label] ?? 0) + 1
      window.add(result, batch.count)
      const ends = stageEnds(position, stage, length, whole)
      const finishes = options.finish?.aborted === true
      const pausing = pauses(run)
      const epochEnds = position.stageStep % stepsPerEpoch === 0 || ends || finishes || pausing
      const epoch = position.epochsBefore + position.stageStep / stepsPerEpoch
      if (position.stageStep % every === 0 || epochEnds || position.stageStep === firstStep) {
        const left = totalSteps(position, whole) - position.step
        yield {
          type: 'metrics',
          ...{ step: position.step, epoch },
          values: {
            ...window.take(rates.learningRate, left, stage.spec.batchSize),
            ...('seconds' in whole ? { 'train/secondsLeft': Math.max(0, whole.seconds - position.seconds) } : {}),
          },
          ...('seconds' in whole ? { totalSteps: totalSteps(position, whole) } : {}),
        }
      }
      if (epochEnds) {
        if (manifest.counts.val > 0) {
          const validation = await validate(open)
          if (!Number.isFinite(validation.loss)) {
            yield nonFinite('validation loss', validation.loss, position.step)
            return 'ended'
          }
          yield {
            type: 'metrics',
            ...{ step: position.step, epoch },
            values: { 'val/loss': validation.loss, 'val/accuracy': validation.accuracy },
          }
          if (isBetter(validation, run.best)) {
            run.best = validation
            yield await files.write('best', position.step, run.best)
          }
        }
        window.reset()
      }
      if (epochEnds || now() - savedAt > (options.checkpointEveryMs ?? CHECKPOINT_EVERY_MS)) {
        yield await files.write('last', position.step, run.best, resumable(run))
        savedAt = now()
      }
      if (finishes) return 'finish'
      if (pausing) {
        yield { type: 'paused', step: position.step }
        return 'ended'
      }
      await setImmediate()
      if (signal.aborted && !ends) {
        yield await files.write('last', position.step, run.best, resumable(run))
        yield { type: 'interrupted', step: position.step }
        return 'ended'
      }
    }
    return 'done'
  } finally {
    loader.close()
  }
}

/** Whether a run is where it was asked to pause, and not at its end. */
function pauses({ options, position, whole }: Run): boolean {
  const progress = progressOf(position, whole)
  return options.pauseAt !== undefined && position.step > 0 && progress < 1 && progress >= options.pauseAt - 1e-9
}

const log = (message: string): TrainEvent => ({ type: 'log', level: 'info', message })

function stageMessage({ stage, length, net, input }: OpenStage, count: number): string {
  const name = stage.name === '' ? '' : ` (${stage.name})`
  const steps = 'totalSteps' in length ? `${length.totalSteps} steps` : `${Math.round(length.seconds)} s`
  const trained = [...net.trained.values()].reduce((sum, variable) => sum + variable.size, 0)
  return `Stage ${stage.index + 1} of ${count}${name}: ${steps} at ${input.size} pixels, ${trained} of ${net.parameters} parameters train.`
}

/** Epochs of a stage, as far as they are known. */
function stageEpochs(
  { position, whole }: Run,
  { length, stage }: { length: OpenStage['length']; stage: OpenStage['stage'] },
  index: number,
): number {
  if ('totalSteps' in length) return length.totalSteps / length.stepsPerEpoch
  if (!('seconds' in whole) || position.stage !== index || position.stageStep === 0) return Infinity
  const share = (position.seconds - stage.start * whole.seconds) / length.seconds
  return position.stageStep / length.stepsPerEpoch / Math.max(1e-6, share)
}

/** What `last` holds beside the tensors. */
const resumable = ({ position, seen }: Run) => ({ position: { ...position }, seen: [...seen] })

function checkpointFiles({ spec, hash, context, options, averages }: Run, open: OpenStage): CheckpointFiles {
  const { input, convention, head, net, trainStep } = open
  return new CheckpointFiles(options.outDir, {
    ...{ spec, hash, dataset: context.dataset, input, convention, head, net, trainStep, averages },
    precision: precisionOn(context.engine, spec),
  })
}

function finished(run: Run, open: OpenStage): FinishedRun {
  const { spec, context, options, averages, best, position, seen, seconds } = run
  return {
    outDir: options.outDir,
    spec,
    context,
    open,
    averages,
    best,
    seen,
    seconds,
    step: position.step,
    files: checkpointFiles(run, open),
    epoch: position.epochsBefore + position.stageStep / open.length.stepsPerEpoch,
  }
}

async function validate({ evaluator }: OpenStage): Promise<Best> {
  const logits = await evaluator.run('val')
  return { accuracy: accuracy(logits), loss: negativeLogLikelihood(logits) }
}

function isBetter(candidate: Best, best: Best | null): boolean {
  if (best === null) return true
  return candidate.accuracy > best.accuracy || (candidate.accuracy === best.accuracy && candidate.loss < best.loss)
}
