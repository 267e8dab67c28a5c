import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../errors.ts'
import { createLoader, type Loader } from '../data/loader.ts'
import { pixelSource } from '../data/open.ts'
import type { PackedDataset } from '../data/packed.ts'
import type { Engine } from '../engine/engine.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import { rngFor } from '../zoo/rng.ts'
import { samplers } from '../zoo/sampling/registry.ts'
import { schedules } from '../zoo/schedules/registry.ts'
import { createAverages, type Averages } from './averages.ts'
import {
  readCheckpoint,
  roleValues,
  storedVariables,
  writeCheckpoint,
  type CheckpointInfo,
  type CheckpointKind,
} from './checkpoint.ts'
import { createEvaluator, type Evaluator } from './evaluate.ts'
import type { TrainEvent } from './events.ts'
import { accuracy, fitTemperature, negativeLogLikelihood } from './metrics.ts'
import { buildNet, readValues, writeValues, type Net } from './net.ts'
import { makeReport } from './report.ts'
import { createTrainStep, type TrainStep } from './step.ts'

export interface FitOptions {
  engine: Engine
  /** Aborting finishes the step under way, writes `last` and ends the run with `interrupted`. */
  signal: AbortSignal
  /** Checkpoints go to `checkpoints/` in it; a run that finds `last` there goes on from it. */
  outDir: string
  /** Milliseconds of a clock that never goes back. */
  now: () => number
  loaderThreads?: number
  /** Milliseconds between two `last` checkpoints within an epoch. */
  checkpointEveryMs?: number
}

type Best = NonNullable<CheckpointInfo['best']>

const METRICS_AN_EPOCH = 50
const CHECKPOINT_EVERY_MS = 15_000
const SAMPLING_STREAM = 3
const AUGMENT_STREAM = 4

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

  const normalisation = { mean: manifest.mean, std: manifest.std }
  const shape = {
    size: spec.image.size,
    channels: manifest.channels,
    classes: manifest.classes.length,
    seed: spec.seed,
  }
  const net = buildNet(engine, spec.model, shape)
  const trainStep = createTrainStep(engine, {
    spec,
    net,
    ...shape,
    classCounts: manifest.classCounts.train,
    normalisation,
  })
  const averages = createAverages(engine, spec, net, { totalSteps, stepsPerEpoch })
  const files = new CheckpointFiles(options.outDir, { spec, hash, dataset, net, trainStep, averages })
  const resumed = files.resume(engine)
  const startStep = resumed?.step ?? 0
  let best = resumed?.best ?? null

  yield {
    type: 'started',
    ...{ totalSteps, stepsPerEpoch, startStep, parameters: net.parameters, precision, threads: engine.threads },
    epochs: totalSteps / stepsPerEpoch,
    ...{ trainImages: manifest.counts.train, valImages: manifest.counts.val, testImages: manifest.counts.test },
    ...{ engine: `${engine.name} (${engine.version})`, device: engine.device.name },
  }
  yield { type: 'phase', phase: 'running' }

  const schedule = scheduleOf(spec, { totalSteps, stepsPerEpoch })
  const pixels = pixelSource(dataset)
  const evaluator = createEvaluator(engine, net.graph, {
    dataset,
    pixels,
    size: shape.size,
    batchSize: evaluationBatch(spec),
    normalisation,
  })
  const loader = trainingLoader(spec, dataset, {
    pixels,
    sampler,
    stepsPerEpoch,
    totalSteps,
    startStep,
    threads: options.loaderThreads ?? 1,
  })
  const window = new Window(now, loader)
  const every = Math.max(1, Math.floor(stepsPerEpoch / METRICS_AN_EPOCH))
  let savedAt = now()

  try {
    for (let step = startStep; step < totalSteps; step++) {
      const batch = loader.next()
      if (batch === undefined) throw new AppError('internal', `The loader ended before step ${step}.`)
      const learningRate = schedule(step)
      const result = trainStep.run(batch, { learningRate, step: step + 1 })
      if (!Number.isFinite(result.loss)) {
        yield nonFinite('loss', result.loss, step + 1)
        return
      }
      averages?.update(step + 1)
      window.add(result, batch.count)
      const done = step + 1
      const epochEnds = done % stepsPerEpoch === 0 || done === totalSteps
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
      net,
      averages,
      evaluator,
      files,
      best,
      totalSteps,
      sampler,
      stepsPerEpoch,
      pixels,
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
  net: Net
  averages: Averages | undefined
  evaluator: Evaluator
  files: CheckpointFiles
  best: Best | null
  totalSteps: number
  stepsPerEpoch: number
  sampler: (epoch: number) => Int32Array
  pixels: ReturnType<typeof pixelSource>
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
  const report = await makeReport(await evaluator.run(split), {
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
  yield { type: 'succeeded', report }
}

/** Batch-norm statistics of new weights: a cumulative average over one pass of the training images. */
async function recomputeStatistics({
  engine,
  spec,
  dataset,
  net,
  sampler,
  stepsPerEpoch,
  pixels,
}: Finalize): Promise<void> {
  const { tf } = engine
  const { channels, mean, std } = dataset.manifest
  const images = tf.tidy(() =>
    tf.variable(tf.zeros([spec.batchSize, spec.image.size, spec.image.size, channels]), false),
  )
  const momentum = tf.tidy(() => tf.variable(tf.scalar(0), false))
  const dropoutSeed = tf.tensor1d([0, 0], 'int32')
  const loader = trainingLoader({ ...spec, augment: [] }, dataset, {
    pixels,
    sampler,
    stepsPerEpoch,
    totalSteps: stepsPerEpoch,
    startStep: 0,
    threads: 1,
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

function epochOrders(spec: ResolvedSpec, dataset: PackedDataset): (epoch: number) => Int32Array {
  const { name, ...options } = spec.sampling
  const component = samplers.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no sampling ${name}.`)
  const order = component.create(options, { labels: dataset.labels('train'), classes: dataset.manifest.classes.length })
  let cached: { epoch: number; order: Int32Array } | undefined
  return (epoch) => {
    if (cached?.epoch !== epoch)
      cached = { epoch, order: order({ index: epoch, total: Infinity }, rngFor(spec.seed, SAMPLING_STREAM, epoch)) }
    return cached.order
  }
}

function scheduleOf(
  spec: ResolvedSpec,
  budget: { totalSteps: number; stepsPerEpoch: number },
): (step: number) => number {
  const { name, ...options } = spec.schedule
  const component = schedules.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no schedule ${name}.`)
  return component.create(options, budget)
}

interface TrainingLoader {
  pixels: ReturnType<typeof pixelSource>
  sampler: (epoch: number) => Int32Array
  stepsPerEpoch: number
  totalSteps: number
  startStep: number
  threads: number
}

function trainingLoader(
  spec: ResolvedSpec,
  dataset: PackedDataset,
  { pixels, sampler, stepsPerEpoch, totalSteps, startStep, threads }: TrainingLoader,
): Loader {
  return createLoader({
    ...{ dataset, pixels, threads },
    split: 'train',
    batchSize: spec.batchSize,
    pipeline: {
      size: spec.image.size,
      channels: dataset.manifest.channels,
      seed: spec.seed + AUGMENT_STREAM,
      augment: spec.augment,
    },
    firstBatch: startStep,
    batches: (step) => {
      if (step >= totalSteps) return undefined
      const epoch = Math.floor(step / stepsPerEpoch)
      const position = (step % stepsPerEpoch) * spec.batchSize
      return { epoch, position, indices: sampler(epoch).slice(position, position + spec.batchSize) }
    },
  })
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

/** Means over the steps since the last metrics. */
class Window {
  private readonly now: () => number
  private readonly loader: Loader
  private startedAt: number
  private waitedMs: number
  private steps = 0
  private images = 0
  private loss = 0
  private accuracy = 0

  constructor(now: () => number, loader: Loader) {
    this.now = now
    this.loader = loader
    this.startedAt = now()
    this.waitedMs = loader.waitedMs()
  }

  add({ loss, accuracy: hits }: { loss: number; accuracy: number }, images: number): void {
    this.steps++
    this.images += images
    this.loss += loss
    this.accuracy += hits
  }

  take(learningRate: number, stepsLeft: number, batchSize: number): Record<string, number> {
    const elapsedMs = Math.max(1e-3, this.now() - this.startedAt)
    const imagesPerSecond = (this.images / elapsedMs) * 1000
    const values = {
      'train/loss': this.loss / this.steps,
      'train/accuracy': this.accuracy / this.steps,
      'train/learningRate': learningRate,
      'train/imagesPerSecond': imagesPerSecond,
      'train/dataWait': (this.loader.waitedMs() - this.waitedMs) / elapsedMs,
      'train/secondsLeft': (stepsLeft * batchSize) / imagesPerSecond,
    }
    this.reset()
    return values
  }

  reset(): void {
    this.startedAt = this.now()
    this.waitedMs = this.loader.waitedMs()
    this.steps = this.images = this.loss = this.accuracy = 0
  }
}

interface CheckpointSources {
  spec: ResolvedSpec
  hash: string
  dataset: PackedDataset
  net: Net
  trainStep: TrainStep
  averages: Averages | undefined
}

/** The checkpoint files of a run. */
class CheckpointFiles {
  private readonly outDir: string
  private readonly sources: CheckpointSources

  constructor(outDir: string, sources: CheckpointSources) {
    this.outDir = outDir
    this.sources = sources
  }

  path(kind: CheckpointKind): string {
    return join(this.outDir, 'checkpoints', `${kind}.safetensors`)
  }

  /** `last` holds everything that a run needs to go on; the others the model alone. */
  async write(
    kind: CheckpointKind,
    step: number,
    best: Best | null,
    extra: Partial<CheckpointInfo> = {},
  ): Promise<TrainEvent> {
    const { spec, hash, dataset, net, trainStep, averages } = this.sources
    const { classes, channels, mean, std, hash: datasetHash } = dataset.manifest
    const info: CheckpointInfo = {
      ...{ formatVersion: 1, kind, step, spec, specHash: hash, datasetHash, classes, best, temperature: 1 },
      image: { size: spec.image.size, channels, mean, std },
      metrics: kind === 'best' && best !== null ? { 'val/accuracy': best.accuracy, 'val/loss': best.loss } : {},
      ...extra,
    }
    const resumable =
      kind === 'last'
        ? [
            ...storedVariables('optimizer', trainStep.optimizer.state),
            ...(averages === undefined ? [] : storedVariables('average', averages.variables)),
          ]
        : []
    const written = await writeCheckpoint(this.path(kind), {
      info,
      tensors: new Map([...storedVariables('model', net.variables), ...resumable]),
    })
    return { type: 'checkpoint', kind, step, ...written, metrics: info.metrics }
  }

  /** @throws AppError `checkpoint_invalid` when `last` is of another spec or data set. */
  resume(engine: Engine): CheckpointInfo | undefined {
    if (!existsSync(this.path('last'))) return undefined
    const { hash, dataset, net, trainStep, averages } = this.sources
    const checkpoint = readCheckpoint(this.path('last'))
    if (checkpoint.info.specHash !== hash || checkpoint.info.datasetHash !== dataset.manifest.hash)
      throw new AppError(
        'checkpoint_invalid',
        `${this.path('last')} is of another ${checkpoint.info.specHash === hash ? 'data set' : 'spec'}; use an empty folder.`,
      )
    writeValues(engine, net.variables, roleValues(checkpoint, 'model'))
    writeValues(engine, trainStep.optimizer.state, roleValues(checkpoint, 'optimizer'))
    if (averages !== undefined) writeValues(engine, averages.variables, roleValues(checkpoint, 'average'))
    return checkpoint.info
  }
}
