import type * as tfc from '@tensorflow/tfjs-core'
import type { Batch } from '../../data/loader.ts'
import { soleProcess, type Collective } from '../../engine/distributed/collective.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { Optimizer } from '../../zoo/define.ts'
import type { ModelInput } from '../net/model-input.ts'
import type { Net } from '../net/net.ts'
import { backwardOf } from './backward.ts'
import { captureOnce } from './capture-once.ts'
import { lossOf, optimizerOf } from './components.ts'
import { forwardOf } from './forward.ts'
import { createInputs, type StepInputs } from './inputs.ts'
import { microBatch } from './micro-batch.ts'
import type { Mixer } from './mixer.ts'
import type { Teacher } from './teacher.ts'

export interface StepResult {
  /** Mean loss of the batch; of several processes each has its part, which add up to it. */
  loss: number
  /** Likewise the fraction of the batch whose largest logit is its label, before the update. */
  accuracy: number
}

/** What changes from one step to the next, in addition to the batch. */
export interface StepScalars {
  learningRate: number
  /** Number of the run's step, from 1. */
  step: number
  /** Fraction of the budget that is done, in [0, 1). */
  progress: number
  /** Momentum of the optimiser, where a schedule moves it. */
  momentum?: number | undefined
}

/** One optimiser step over a batch, captured at its first run. */
export interface TrainStep {
  /** What the optimiser resumes from: its states, and how many steps it has taken. */
  readonly state: ReadonlyMap<string, tfc.Variable>
  run(batch: Batch, scalars: StepScalars): StepResult
  dispose(): void
}

export interface TrainStepOptions {
  spec: ResolvedSpec
  net: Net
  input: ModelInput
  /** Whether batches are features of the frozen trunk instead of images. */
  onFeatures?: boolean
  classes: number
  classCounts: readonly number[]
  mixer?: Mixer | undefined
  teacher?: Teacher | undefined
  /** The process that the step is taken in; absent: it trains alone. */
  rank?: StepRank | undefined
}

export interface StepRank {
  rank: number
  worldSize: number
  /** Whether batch norms take the statistics of all processes. */
  synchronisedNorms: boolean
  /** That of the run, once it has been opened. */
  collective: () => Collective
}

const ALONE: StepRank = { rank: 0, worldSize: 1, synchronisedNorms: false, collective: () => soleProcess }

/**
 * Puts model, loss and optimiser of a spec together. With gradient accumulation, all micro-batches but the last only accumulate; the last also
 * updates. Each of the two steps is captured once.
 * One function: what a step needs is chosen once, and closed over.
 */
export function createTrainStep(engine: Engine, options: TrainStepOptions): TrainStep {
  const { spec, net, onFeatures = false, classes, classCounts, mixer, teacher, rank = ALONE } = options
  const { size, channels } = options.input
  const { tf, ops } = engine
  const { component: loss, options: lossOptions } = lossOf(spec)
  const { component: optimizerComponent, options: optimizerOptions } = optimizerOf(spec)
  const { clipNorm, accumulation: microBatches } = optimizerOptions as { clipNorm: number; accumulation: number }
  const views = loss.views ?? 1
  const rows = spec.batchSize / microBatches / rank.worldSize
  const variables = [...net.trained.values()]
  const inputs = createInputs(tf, {
    images: onFeatures ? [rows, net.graph.split.width] : [views * rows, size, size, channels],
    targets: [rows, classes],
    accumulated: microBatches === 1 ? [] : variables,
  })
  const { learningRate, step, progress } = inputs
  const context = { tf, ops, variables, learningRate, rateScale: net.rateScale, step }
  const optimizer = optimizerComponent.create(optimizerOptions, context)
  const backward = backwardOf(tf, {
    forward: forwardOf(net, {
      onFeatures,
      dropoutSeed: inputs.dropoutSeed as tfc.Tensor as tfc.Tensor1D,
      acrossRanks: rank.synchronisedNorms,
    }),
    criterion: loss.create(lossOptions, { tf, ops, classes, classCounts, progress }),
    auxiliaryWeight: net.auxiliaryWeight,
    variables,
    views,
    mixer,
    teacher,
    share: 1 / rank.worldSize,
  })
  const { accumulate, update } = capturedSteps(engine, { backward, inputs, microBatches, optimizer, clipNorm, rank })
  const write = batchWriter(engine, { inputs, options, microBatches })
  /** Steps that the optimiser has taken; its state says how many there were before. */
  let steps: number | undefined

  return {
    state: new Map([...optimizer.state, ['step', step]]),
    run(batch, scalars) {
      steps = (steps ?? step.dataSync()[0] ?? 0) + 1
      engine.write(step, Float32Array.of(steps))
      engine.write(learningRate, Float32Array.of(scalars.learningRate))
      engine.write(progress, Float32Array.of(scalars.progress))
      if (scalars.momentum !== undefined) engine.write(optimizer.momentum, Float32Array.of(scalars.momentum))
      const result = { loss: 0, accuracy: 0 }
      for (let part = 0; part < microBatches; part++) {
        write(batch, part, scalars.step)
        const [value, accuracy] = (part < microBatches - 1 ? accumulate : update).run()
        result.loss += (value?.dataSync()[0] ?? NaN) / microBatches
        result.accuracy += (accuracy?.dataSync()[0] ?? NaN) / microBatches / rank.worldSize
      }
      return result
    },
    dispose: () => {
      accumulate.dispose()
      update.dispose()
      optimizer.dispose()
      mixer?.dispose()
      teacher?.dispose()
      inputs.dispose()
    },
  }
}

/** Masks of dropout are functions of the place in a process's own slice: each process has a seed of its own. */
const SEEDS_APART = 1_000_003

interface WriterParts {
  inputs: StepInputs
  options: TrainStepOptions
  microBatches: number
}

/** Writes one micro-batch, and the draws that belong to it, into the step's inputs. */
function batchWriter(engine: Engine, { inputs, options, microBatches }: WriterParts) {
  const { classes, spec, mixer, rank: { rank, worldSize } = ALONE } = options
  const { mean, std } = options.input
  const oneHot = new Float32Array((spec.batchSize / microBatches / worldSize) * classes)
  return (batch: Batch, part: number, runStep: number): void => {
    const { pixels, features, labels } = microBatch(batch, { part, microBatches })
    const draw = (runStep - 1) * microBatches + part + 1
    oneHot.fill(0)
    labels.forEach((label, i) => (oneHot[i * classes + label] = 1))
    if (features === undefined) engine.writeImages(inputs.images, pixels, { mean, std })
    else engine.write(inputs.images, features)
    engine.write(inputs.targets, oneHot)
    engine.write(inputs.keep, Float32Array.of(part === 0 ? 0 : 1))
    engine.write(inputs.dropoutSeed, Int32Array.of(spec.seed + rank * SEEDS_APART, draw))
    mixer?.draw(draw)
  }
}

interface StepParts {
  backward: ReturnType<typeof backwardOf>
  inputs: StepInputs
  microBatches: number
  optimizer: Optimizer
  /** Of all gradients together; 0: no clipping. */
  clipNorm: number
  rank: StepRank
}

/** The step that only accumulates gradients, and the one that updates. */
function capturedSteps(engine: Engine, { backward, inputs, microBatches, optimizer, clipNorm, rank }: StepParts) {
  const { ops } = engine
  const { sums, keep } = inputs
  const [images, labels] = [inputs.images as tfc.Tensor as tfc.Tensor4D, inputs.targets as tfc.Tensor as tfc.Tensor2D]
  const accumulated = (): tfc.Tensor[] => {
    const { results, gradients } = backward(images, labels)
    ops.accumulate({ sums, gradients, scale: 1 / microBatches, keep })
    return results
  }
  const updated = (): tfc.Tensor[] => {
    const { results, gradients } = backward(images, labels)
    if (microBatches > 1) ops.accumulate({ sums, gradients, scale: 1 / microBatches, keep })
    const total = microBatches > 1 ? sums : gradients
    rank.collective().sumGradients(total)
    optimizer.update(total, clipNorm > 0 ? ops.clipCoefficient(total, clipNorm) : undefined)
    return results
  }
  return { accumulate: captureOnce(engine, accumulated), update: captureOnce(engine, updated) }
}
