import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../errors.ts'
import type { Batch } from '../data/loader.ts'
import type { CapturedStep, Engine } from '../engine/engine.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import type { LossComponent, Optimizer } from '../zoo/define.ts'
import { losses } from '../zoo/losses/registry.ts'
import { optimizers } from '../zoo/optimizers/registry.ts'
import type { ModelInput } from './evaluate.ts'
import type { Mixer } from './mixer.ts'
import type { Net } from './net.ts'
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
  /** Number of the step, from 1. */
  step: number
  /** Share of the budget that is done, in [0, 1). */
  progress: number
}

/** One optimiser step over a batch, captured at its first run. */
export interface TrainStep {
  readonly optimizer: Optimizer
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

/** The loss of a spec with its options. @throws AppError `invalid_spec` */
export function lossOf({ loss: { name, ...options } }: Pick<ResolvedSpec, 'loss'>): {
  component: LossComponent
  options: Record<string, unknown>
} {
  const component = losses.find((candidate) => candidate.name === name)
  if (component === undefined) throw new AppError('invalid_spec', `There is no loss ${name}.`)
  return { component, options }
}

/** Puts model, loss and optimiser of a spec together. */
export function createTrainStep(engine: Engine, options: TrainStepOptions): TrainStep {
  const { spec, net, onFeatures = false, classes, classCounts, mixer, teacher } = options
  const { size, channels, mean, std } = options.input
  const { tf, ops } = engine
  const { batchSize } = spec
  const input = (tensor: () => tfc.Tensor): tfc.Variable => tf.tidy(() => tf.variable(tensor(), false))
  const { split } = net.graph
  const { component: loss, options: lossOptions } = lossOf(spec)
  const views = loss.views ?? 1
  const images = input(() =>
    tf.zeros(onFeatures ? [batchSize, split.width] : [views * batchSize, size, size, channels]),
  )
  const targets = input(() => tf.zeros([batchSize, classes]))
  const learningRate = input(() => tf.scalar(0))
  const stepNumber = input(() => tf.scalar(0))
  const progress = input(() => tf.scalar(0))
  const dropoutSeed = input(() => tf.tensor1d([0, 0], 'int32'))
  const variables = [...net.trained.values()]

  const { name: optimizerName, ...optimizerOptions } = spec.optimizer
  const optimizerComponent = optimizers.find((component) => component.name === optimizerName)
  if (optimizerComponent === undefined) throw new AppError('invalid_spec', `There is no optimiser ${optimizerName}.`)
  const scalar = (variable: tfc.Variable): tfc.Scalar => variable as tfc.Tensor as tfc.Scalar
  const criterion = loss.create(lossOptions, { tf, ops, classes, classCounts, progress: scalar(progress) })
  const optimizer = optimizerComponent.create(optimizerOptions, {
    tf,
    ops,
    variables,
    rateScale: net.rateScale,
    learningRate: scalar(learningRate),
    step: scalar(stepNumber),
  })

  const forward = (batch: tfc.Tensor): [tfc.Tensor2D, tfc.Tensor2D?] => {
    const passOptions = { training: true, dropoutSeed: dropoutSeed as tfc.Tensor as tfc.Tensor1D }
    if (onFeatures) return [split.head(batch as tfc.Tensor2D, passOptions)]
    if (net.auxiliaryWeight === 0) return [net.graph.forward(batch as tfc.Tensor4D, passOptions)]
    return net.graph.forwardAll(batch as tfc.Tensor4D, passOptions) as [tfc.Tensor2D, tfc.Tensor2D]
  }
  const step = (): tfc.Tensor[] => {
    const labels = targets as tfc.Tensor as tfc.Tensor2D
    const own = images as tfc.Tensor as tfc.Tensor4D
    const [batch, mixed] = mixer === undefined ? [own, labels] : [mixer.images(own), mixer.targets(labels)]
    const extras = teacher === undefined ? {} : { teacher: teacher.logits(batch) }
    let hits: tfc.Tensor | undefined
    const { value, grads } = tf.variableGrads(() => {
      const [logits, auxiliary] = forward(batch)
      const clean = views === 1 ? logits : tf.slice(logits, [0, 0], [batchSize, classes])
      hits = tf.keep(tf.mean(tf.cast(tf.equal(tf.argMax(clean, 1), tf.argMax(labels, 1)), 'float32')))
      const main = criterion(logits, mixed, extras)
      return auxiliary === undefined
        ? main
        : tf.add(main, tf.mul(criterion(auxiliary, mixed, extras), net.auxiliaryWeight))
    }, variables)
    optimizer.update(variables.map((variable) => grads[variable.name]!))
    return [value, hits!]
  }
  let captured: CapturedStep | undefined
  const oneHot = new Float32Array(batchSize * classes)

  return {
    optimizer,
    run(batch, scalars) {
      oneHot.fill(0)
      batch.labels.forEach((label, i) => (oneHot[i * classes + label] = 1))
      if (batch.features === undefined) engine.writeImages(images, batch.pixels, { mean, std })
      else engine.write(images, batch.features)
      engine.write(targets, oneHot)
      engine.write(learningRate, Float32Array.of(scalars.learningRate))
      engine.write(stepNumber, Float32Array.of(scalars.step))
      engine.write(progress, Float32Array.of(scalars.progress))
      engine.write(dropoutSeed, Int32Array.of(spec.seed, scalars.step))
      mixer?.draw(scalars.step)
      if (captured === undefined) captured = engine.capture(step)
      else captured.run()
      const [value, hits] = captured.outputs
      return { loss: value?.dataSync()[0] ?? NaN, accuracy: hits?.dataSync()[0] ?? NaN }
    },
    dispose: () => {
      captured?.dispose()
      optimizer.dispose()
      mixer?.dispose()
      teacher?.dispose()
      tf.dispose([images, targets, learningRate, stepNumber, progress, dropoutSeed])
    },
  }
}
