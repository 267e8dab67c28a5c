import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../errors.ts'
import { pixelSource } from '../data/open.ts'
import type { PackedDataset } from '../data/packed.ts'
import type { Engine } from '../engine/engine.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import { transferOf } from '../zoo/models/transfer.ts'
import { createAverages, type Averages } from './averages.ts'
import { CheckpointFiles, lastCheckpoint, type Best } from './checkpoint-files.ts'
import { readCheckpoint, roleValues, type CheckpointKind } from './checkpoint.ts'
import { createEvaluator, type Evaluator, type ModelInput } from './evaluate.ts'
import type { TrainEvent } from './events.ts'
import { createFeatureCache, featuresStayTheSame, headEvaluator } from './features.ts'
import { accuracy, fitTemperature, negativeLogLikelihood } from './metrics.ts'
import { buildNet, readValues, writeValues, type Net } from './net.ts'
import { epochOrders, scheduleOf, trainingLoader } from './plan.ts'
import { makeReport } from './report.ts'
import { writePredictions } from './report/predictions.ts'
import { keepsNormStatistics, loadWeights, startingPoint, type WeightsOptions } from './starting-point.ts'
import { StepMetrics } from './step-metrics.ts'
import { createTrainStep } from './step.ts'

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
  /** Needed for a spec that starts from pretrained weights. */
  weights?: WeightsOptions
}

const METRICS_AN_EPOCH = 50
const CHECKPOINT_EVERY_MS = 15_000

/**
 * Trains a resolved spec on a data set. Events come as they happen; a run that is resumed from its `last` checkpoint ends with the same
 * weights as one that was never interrupted, bit for bit with float32 on one thread.
 */
export async function* fit(
  { spec, hash }: { spec: ResolvedSpec; hash: string },
  dataset: PackedDataset,
  options: FitOptions,
): AsyncGenerator<TrainEvent> {
  const { engine, signal, now } = options
  const { manifest } = dataset
  const startedAt = now()
  const sampler = epochOrders(spec, dataset)
  const imagesPerEpoch = sampler(0).length
  if (imagesPerEpoch < spec.batchSize)
    throw new AppError(
      'invalid_spec',
      `An epoch of sampling ${spec.sampling.name} has ${imagesPerEpoch} images, less than a batch of ${spec.batchSize}.`,
      { errors: [{ pointer: '/batchSize', detail: `must be at most ${imagesPerEpoch} with this sampling` }] },
    )
  const stepsPerEpoch = Math.floor(imagesPerEpoch / spec.batchSize)
  const totalSteps =
    'steps' in spec.budget ? spec.budget.steps : Math.max(1, Math.round(spec.budget.epochs * stepsPerEpoch))
  const precision = spec.precision === 'auto' ? (engine.prefersBfloat16 ? 'bfloat16' : 'float32') : spec.precision
  engine.setPrecision(precision)

  const last = lastCheckpoint(options.outDir, { hash, dataset })
  const { input, convention, weights } = await startingPoint(spec, manifest, {
    resumed: last?.info,
    weights: options.weights,
  })
  const classes = manifest.classes.length
  const net = buildNet(engine, spec.model, {
    ...{ size: input.size, channels: input.channels, classes, seed: spec.seed, convention },
    freezeNorms: keepsNormStatistics(spec),
  })
  const loaded = weights === undefined ? undefined : loadWeights(engine, net, weights, transferOf(spec.model))
  const onFeatures = featuresStayTheSame(spec, net, manifest.counts.train)
  const trainStep = createTrainStep(engine, {
    ...{ spec, net, input, onFeatures },
    classes,
    classCounts: manifest.classCounts.train,
  })
  const averages = createAverages(engine, spec, net, { totalSteps, stepsPerEpoch })
  const files = new CheckpointFiles(options.outDir, {
    ...{ spec, hash, dataset, input, convention, net, trainStep, averages },
  })
  if (last !== undefined) files.restore(engine, last)
  const startStep = last?.info.step ?? 0
  let best = last?.info.best ?? null

  yield {
    type: 'started',
    ...{ totalSteps, stepsPerEpoch, startStep, parameters: net.parameters, precision, threads: engine.threads },
    epochs: totalSteps / stepsPerEpoch,
    ...{ trainImages: manifest.counts.train, valImages: manifest.counts.val, testImages: manifest.counts.test },
    ...{ engine: `${engine.name} (${engine.version})`, device: engine.device.name },
  }
  if (loaded !== undefined) yield { type: 'log', level: 'info', message: loaded.message }
  yield { type: 'phase', phase: 'running' }
  const pauseStep = Math.max(1, Math.ceil((options.pauseAt ?? Infinity) * totalSteps - 1e-9))
  if (startStep >= pauseStep && startStep < totalSteps) {
    yield { type: 'paused', step: startStep }
    return
  }

  const schedule = scheduleOf(spec, { totalSteps, stepsPerEpoch })
  const pixels = pixelSource(dataset)
  const evaluation = { dataset, pixels, batchSize: evaluationBatch(spec), input }
  const cache = onFeatures ? createFeatureCache(engine, net, evaluation) : undefined
  const evaluator =
    cache === undefined ? createEvaluator(engine, net.graph, evaluation) : headEvaluator(engine, net, cache, evaluation)
  if (cache !== undefined)
    yield {
      type: 'log',
      level: 'info',
      message: `The trunk is frozen and no augmentation varies the images: their ${cache.width} features are computed once.`,
    }
  const loader = trainingLoader(spec, dataset, {
    pixels,
    sampler,
    stepsPerEpoch,
    totalSteps,
    startStep,
    threads: options.loaderThreads ?? 1,
    channels: input.channels,
    features: cache === undefined ? undefined : { values: await cache.of('train'), width: cache.width },
  })
  const window = new StepMetrics(now, loader)
  const every = Math.max(1, Math.floor(stepsPerEpoch / METRICS_AN_EPOCH))
  let savedAt = now()
  let done = startStep

  try {
    for (let step = startStep; step < totalSteps; step++) {
      const batch = loader.next()
      if (batch === undefined) throw new AppError('internal', `The loader ended before step ${step}.`)
      const learningRate = schedule(step)
      const result = trainStep.run(batch, { learningRate, step: step + 1, progress: step / totalSteps })
      if (!Number.isFinite(result.loss)) {
        yield nonFinite('loss', result.loss, step + 1)
        return
      }
      averages?.update(step + 1)
      window.add(result, batch.count)
      done = step + 1
      const finishes = options.finish?.aborted === true
      const epochEnds = done % stepsPerEpoch === 0 || done === totalSteps || done === pauseStep || finishes
      if (done % every === 0 || epochEnds || done === startStep + 1)
        yield {
          type: 'metrics',
          step: done,
          epoch: done / stepsPerEpoch,
          values: window.take(learningRate, totalSteps - done, spec.batchSize),
        }
      if (epochEnds) {
        const validation = manifest.counts.val > 0 ? await validate(evaluator) : undefined
        if (validation !== undefined) {
          if (!Number.isFinite(validation.loss)) {
            yield nonFinite('validation loss', validation.loss, done)
            return
          }
          yield {
            type: 'metrics',
            step: done,
            epoch: done / stepsPerEpoch,
            values: { 'val/loss': validation.loss, 'val/accuracy': validation.accuracy },
          }
          if (isBetter(validation, best)) {
            best = validation
            yield await files.write('best', done, best)
          }
        }
        window.reset()
      }
      if (epochEnds || now() - savedAt > (options.checkpointEveryMs ?? CHECKPOINT_EVERY_MS)) {
        yield await files.write('last', done, best)
        savedAt = now()
      }
      if (finishes) break
      if (done === pauseStep && done < totalSteps) {
        yield { type: 'paused', step: done }
        return
      }
      await setImmediate()
      if (signal.aborted && done < totalSteps) {
        yield await files.write('last', done, best)
        yield { type: 'interrupted', step: done }
        return
      }
    }
    await loader.close()
    yield { type: 'phase', phase: 'finalizing' }
    yield* finalize({
      engine,
      spec,
      dataset,
      input,
      net,
      averages,
      evaluator,
      files,
      best,
      totalSteps: done,
      sampler,
      stepsPerEpoch,
      pixels,
      outDir: options.outDir,
      seconds: () => (now() - startedAt) / 1000,
    })
  } finally {
    await loader.close()
  }
}

interface Finalize {
  engine: Engine
  spec: ResolvedSpec
  dataset: PackedDataset
  input: ModelInput
  net: Net
  averages: Averages | undefined
  evaluator: Evaluator
  files: CheckpointFiles
  best: Best | null
  totalSteps: number
  stepsPerEpoch: number
  sampler: (epoch: number) => Int32Array
  pixels: ReturnType<typeof pixelSource>
  outDir: string
  seconds: () => number
}

/** Chooses the weights (averaged, else best on validation, else last), calibrates them, and reports on the test split. */
async function* finalize(run: Finalize): AsyncGenerator<TrainEvent> {
  const { engine, spec, dataset, net, averages, evaluator, files, best, totalSteps } = run
  const { counts } = dataset.manifest
  let kind: CheckpointKind = 'last'
  if (averages !== undefined) {
    kind = 'averaged'
    writeValues(
      engine,
      averages.recomputeBatchNorm ? net.graph.trainable : net.variables,
      readValues(averages.variables),
    )
    if (averages.recomputeBatchNorm) await recomputeStatistics(run)
  } else if (best !== null && existsSync(files.path('best'))) {
    kind = 'best'
    writeValues(engine, net.variables, roleValues(readCheckpoint(files.path('best')), 'model'))
  }
  const metrics: Record<string, number> = {}
  let temperature = 1
  if (counts.val > 0) {
    const validation = await evaluator.run('val')
    metrics['val/accuracy'] = accuracy(validation)
    metrics['val/loss'] = negativeLogLikelihood(validation)
    if (!Number.isFinite(metrics['val/loss'])) {
      yield nonFinite('validation loss', metrics['val/loss'], totalSteps)
      return
    }
    if (spec.calibration === 'temperature') temperature = fitTemperature(validation)
    if (averages !== undefined)
      yield {
        type: 'metrics',
        step: totalSteps,
        epoch: totalSteps / run.stepsPerEpoch,
        values: { 'averaged/accuracy': metrics['val/accuracy'], 'averaged/loss': metrics['val/loss'] },
      }
  }
  const split = counts.test > 0 ? 'test' : counts.val > 0 ? 'val' : 'train'
  const evaluated = await evaluator.run(split)
  const report = await makeReport(evaluated, {
    dataset,
    split,
    weights: kind,
    temperature,
    seconds: run.seconds(),
  })
  if (!Number.isFinite(report.nll)) {
    yield nonFinite(`${split} loss`, report.nll, totalSteps)
    return
  }
  yield await files.write(kind, totalSteps, best, {
    temperature,
    metrics: { ...metrics, [`${split}/accuracy`]: report.accuracy },
  })
  yield await writePredictions(run.outDir, evaluated, { dataset, split, temperature })
  yield { type: 'succeeded', report }
}

/** Batch-norm statistics of new weights: a cumulative average over one pass of the training images. */
async function recomputeStatistics({
  engine,
  spec,
  dataset,
  input: { size, channels, mean, std },
  net,
  sampler,
  stepsPerEpoch,
  pixels,
}: Finalize): Promise<void> {
  const { tf } = engine
  const images = tf.tidy(() => tf.variable(tf.zeros([spec.batchSize, size, size, channels]), false))
  const momentum = tf.tidy(() => tf.variable(tf.scalar(0), false))
  const dropoutSeed = tf.tensor1d([0, 0], 'int32')
  const loader = trainingLoader({ ...spec, augment: [] }, dataset, {
    pixels,
    sampler,
    stepsPerEpoch,
    totalSteps: stepsPerEpoch,
    startStep: 0,
    threads: 1,
    channels,
  })
  for (let seen = 0; ; seen++) {
    const batch = loader.next()
    if (batch === undefined) break
    engine.writeImages(images, batch.pixels, { mean, std })
    engine.write(momentum, Float32Array.of(seen / (seen + 1)))
    tf.tidy(() =>
      net.graph.forward(images as tfc.Tensor as tfc.Tensor4D, {
        training: true,
        dropoutSeed,
        batchNormMomentum: momentum as tfc.Tensor as tfc.Scalar,
      }),
    )
  }
  await loader.close()
  tf.dispose([images, momentum, dropoutSeed])
}

function nonFinite(what: string, value: number, step: number): TrainEvent {
  return {
    type: 'failed',
    code: 'non_finite_loss',
    fault: 'user',
    retryable: false,
    detail: `The ${what} is ${value} at step ${step}; a lower learning rate helps.`,
    step,
  }
}

const evaluationBatch = (spec: ResolvedSpec): number => Math.min(256, Math.max(32, spec.batchSize))

async function validate(evaluator: Evaluator): Promise<Best> {
  const logits = await evaluator.run('val')
  return { accuracy: accuracy(logits), loss: negativeLogLikelihood(logits) }
}

function isBetter(candidate: Best, best: Best | null): boolean {
  if (best === null) return true
  return candidate.accuracy > best.accuracy || (candidate.accuracy === best.accuracy && candidate.loss < best.loss)
}
