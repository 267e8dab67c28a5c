import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { Batch } from '../../data/loader.ts'
import type { CapturedStep, Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { LossComponent, LossExtras, OptimizerComponent } from '../../zoo/define.ts'
import { losses } from '../../zoo/losses/registry.ts'
import { optimizers } from '../../zoo/optimizers/registry.ts'
import type { ModelInput } from '../net/model-input.ts'
import { microBatch } from './micro-batch.ts'
import type { Mixer } from './mixer.ts'
import { memoryPart, type Net } from '../net/net.ts'
import type { Teacher } from './teacher.ts'

export interface StepResult {
  /** Mean loss of the batch. */
  loss: number
  /** Share of the batch whose largest logit is its label, before the update. */
  accuracy: number
}

/** What changes from one step to the next beside the batch. */
export interface StepScalars {
  learningRate: number
  /** Number of the run's step, from 1. */
  step: number
  /** Share of the budget that is done, in [0, 1). */
  progress: number
  /** Momentum of the optimiser, where a schedule moves it. */
  momentum?: number | undefined
}

/** One optimiser step over a batch, captured at its first run. */
export interface TrainStep {
  /** What the optimiser goes on from: its states, and how many steps it has taken. */
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
}

/** What a forward pass gives the loss. */
interface Pass extends Pick<LossExtras, 'memory'> {
  logits: tfc.Tensor2D
  auxiliary?: tfc.Tensor2D
}

/** The loss of a spec with its options. @throws AppError `invalid_spec` */
export function lossOf({ loss: { name, ...options } }: Pick<ResolvedSpec, 'loss'>): {
  component: LossComponent
  options: Record<string, unknown>
} {
  const component = losses.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no loss ${name}.`)
  return { component, options }
}

/** The optimiser of a spec with its options. @throws AppError `invalid_spec` */
function optimizerOf({ optimizer: { name, ...options } }: Pick<ResolvedSpec, 'optimizer'>): {
  component: OptimizerComponent
  options: Record<string, unknown>
} {
  const component = optimizers.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no optimiser ${name}.`)
  return { component, options }
}

/**
 * Puts model, loss and optimiser of a spec together. A step that accumulates takes its batch in micro-batches: all but the last only add
 * their gradients to a sum, the last adds its own and updates. These are two tapes.
 */
export function createTrainStep(engine: Engine, options: TrainStepOptions): TrainStep {
  const { spec, net, onFeatures = false, classes, classCounts, mixer, teacher } = options
  const { size, channels, mean, std } = options.input
  const { tf, ops } = engine
  const { component: loss, options: lossOptions } = lossOf(spec)
  const { component: optimizerComponent, options: optimizerOptions } = optimizerOf(spec)
  const { clipNorm, accumulation: parts } = optimizerOptions as { clipNorm: number; accumulation: number }
  const views = loss.views ?? 1
  const rows = spec.batchSize / parts
  const input = (tensor: () => tfc.Tensor): tfc.Variable => tf.tidy(() => tf.variable(tensor(), false))
  const number = (): tfc.Variable & tfc.Scalar => input(() => tf.scalar(0)) as tfc.Variable & tfc.Scalar
  const { split } = net.graph
  const images = input(() => tf.zeros(onFeatures ? [rows, split.width] : [views * rows, size, size, channels]))
  const targets = input(() => tf.zeros([rows, classes]))
  const [learningRate, stepNumber, progress, keep] = [number(), number(), number(), number()]
  const dropoutSeed = input(() => tf.tensor1d([0, 0], 'int32'))
  const variables = [...net.trained.values()]
  const sums = parts === 1 ? [] : variables.map((variable) => input(() => tf.zerosLike(variable)))

  const centroids = net.memory === undefined ? undefined : (memoryPart(net, 'centroids') as tfc.Tensor as tfc.Tensor2D)

  const criterion = loss.create(lossOptions, { tf, ops, classes, classCounts, progress })
  const optimizer = optimizerComponent.create(optimizerOptions, {
    ...{ tf, ops, variables, learningRate },
    rateScale: net.rateScale,
    step: stepNumber,
  })

  const forward = (batch: tfc.Tensor): Pass => {
    const passOptions = { training: true, dropoutSeed: dropoutSeed as tfc.Tensor as tfc.Tensor1D }
    if (onFeatures) return { logits: split.head(batch as tfc.Tensor2D, passOptions) }
    const pictures = batch as tfc.Tensor4D
    if (centroids !== undefined) {
      const { logits, features } = net.graph.forwardMemory(pictures, passOptions)
      return { logits, memory: { features, centroids } }
    }
    if (net.auxiliaryWeight === 0) return { logits: net.graph.forward(pictures, passOptions) }
    const [logits, auxiliary] = net.graph.forwardAll(pictures, passOptions) as [tfc.Tensor2D, tfc.Tensor2D]
    return { logits, auxiliary }
  }
  const backward = (): { results: tfc.Tensor[]; gradients: tfc.Tensor[] } => {
    const labels = targets as tfc.Tensor as tfc.Tensor2D
    const own = images as tfc.Tensor as tfc.Tensor4D
    const [batch, mixed] = mixer === undefined ? [own, labels] : [mixer.images(own), mixer.targets(labels)]
    const extras = teacher === undefined ? {} : { teacher: teacher.logits(batch) }
    let hits: tfc.Tensor | undefined
    const { value, grads } = tf.variableGrads(() => {
      const { logits, auxiliary, memory } = forward(batch)
      const clean = views === 1 ? logits : tf.slice(logits, [0, 0], [rows, classes])
      hits = tf.keep(tf.mean(tf.cast(tf.equal(tf.argMax(clean, 1), tf.argMax(labels, 1)), 'float32')))
      const main = criterion(logits, mixed, memory === undefined ? extras : { ...extras, memory })
      return auxiliary === undefined
        ? main
        : tf.add(main, tf.mul(criterion(auxiliary, mixed, extras), net.auxiliaryWeight))
    }, variables)
    return { results: [value, hits!], gradients: variables.map((variable) => grads[variable.name]!) }
  }
  const accumulate = (): tfc.Tensor[] => {
    const { results, gradients } = backward()
    ops.accumulate({ sums, gradients, share: 1 / parts, keep })
    return results
  }
  const update = (): tfc.Tensor[] => {
    const { results, gradients } = backward()
    if (parts > 1) ops.accumulate({ sums, gradients, share: 1 / parts, keep })
    const whole = parts > 1 ? sums : gradients
    optimizer.update(whole, clipNorm > 0 ? ops.clipCoefficient(whole, clipNorm) : undefined)
    return results
  }
  const [accumulates, updates] = [captureOnce(engine, accumulate), captureOnce(engine, update)]
  const oneHot = new Float32Array(rows * classes)
  /** Steps that the optimiser has taken; its state says how many there were before. */
  let steps: number | undefined

  const write = (batch: Batch, part: number, { step }: StepScalars): void => {
    const { pixels, features, labels } = microBatch(batch, { part, parts })
    const draw = (step - 1) * parts + part + 1
    oneHot.fill(0)
    labels.forEach((label, i) => (oneHot[i * classes + label] = 1))
    if (features === undefined) engine.writeImages(images, pixels, { mean, std })
    else engine.write(images, features)
    engine.write(targets, oneHot)
    engine.write(keep, Float32Array.of(part === 0 ? 0 : 1))
    engine.write(dropoutSeed, Int32Array.of(spec.seed, draw))
    mixer?.draw(draw)
  }
  return {
    state: new Map([...optimizer.state, ['step', stepNumber]]),
    run(batch, scalars) {
      steps = (steps ?? stepNumber.dataSync()[0] ?? 0) + 1
      engine.write(stepNumber, Float32Array.of(steps))
      engine.write(learningRate, Float32Array.of(scalars.learningRate))
      engine.write(progress, Float32Array.of(scalars.progress))
      if (scalars.momentum !== undefined) engine.write(optimizer.momentum, Float32Array.of(scalars.momentum))
      const result = { loss: 0, accuracy: 0 }
      for (let part = 0; part < parts; part++) {
        write(batch, part, scalars)
        const [value, hits] = (part < parts - 1 ? accumulates : updates).run()
        result.loss += (value?.dataSync()[0] ?? NaN) / parts
        result.accuracy += (hits?.dataSync()[0] ?? NaN) / parts
      }
      return result
    },
    dispose: () => {
      accumulates.dispose()
      updates.dispose()
      optimizer.dispose()
      mixer?.dispose()
      teacher?.dispose()
      tf.dispose([images, targets, learningRate, stepNumber, progress, keep, dropoutSeed, ...sums])
    },
  }
}

/** A step that is captured the first time it is run. */
function captureOnce(engine: Engine, step: () => tfc.Tensor[]): { run(): readonly tfc.Tensor[]; dispose(): void } {
  let captured: CapturedStep | undefined
  return {
    run() {
      if (captured === undefined) captured = engine.capture(step)
      else captured.run()
      return captured.outputs
    },
    dispose: () => captured?.dispose(),
  }
}
