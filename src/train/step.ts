import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../errors.ts'
import type { Batch } from '../data/loader.ts'
import type { CapturedStep, Engine } from '../engine/engine.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import type { Optimizer } from '../zoo/define.ts'
import { losses } from '../zoo/losses/registry.ts'
import { optimizers } from '../zoo/optimizers/registry.ts'
import type { ModelInput } from './evaluate.ts'
import type { Net } from './net.ts'

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
}

/** Puts model, loss and optimiser of a spec together. */
export function createTrainStep(
  engine: Engine,
  { spec, net, input: { size, channels, mean, std }, onFeatures = false, classes, classCounts }: TrainStepOptions,
): TrainStep {
  const { tf, ops } = engine
  const { batchSize } = spec
  const input = (tensor: () => tfc.Tensor): tfc.Variable => tf.tidy(() => tf.variable(tensor(), false))
  const { split } = net.graph
  const images = input(() => tf.zeros(onFeatures ? [batchSize, split.width] : [batchSize, size, size, channels]))
  const targets = input(() => tf.zeros([batchSize, classes]))
  const learningRate = input(() => tf.scalar(0))
  const stepNumber = input(() => tf.scalar(0))
  const progress = input(() => tf.scalar(0))
  const dropoutSeed = input(() => tf.tensor1d([0, 0], 'int32'))
  const variables = [...net.trained.values()]

  const { name: lossName, ...lossOptions } = spec.loss
  const lossComponent = losses.find((component) => component.name === lossName)
  const { name: optimizerName, ...optimizerOptions } = spec.optimizer
  const optimizerComponent = optimizers.find((component) => component.name === optimizerName)
  if (lossComponent === undefined || optimizerComponent === undefined)
    throw new AppError('invalid_spec', `There is no loss ${lossName} or optimiser ${optimizerName}.`)
  const scalar = (variable: tfc.Variable): tfc.Scalar => variable as tfc.Tensor as tfc.Scalar
  const lossOf = lossComponent.create(lossOptions, { tf, ops, classes, classCounts, progress: scalar(progress) })
  const optimizer = optimizerComponent.create(optimizerOptions, {
    tf,
    ops,
    variables,
    rateScale: net.rateScale,
    learningRate: scalar(learningRate),
    step: scalar(stepNumber),
  })

  const step = (): tfc.Tensor[] => {
    let hits: tfc.Tensor | undefined
    const { value, grads } = tf.variableGrads(() => {
      const options = { training: true, dropoutSeed: dropoutSeed as tfc.Tensor as tfc.Tensor1D }
      const [logits, auxiliary] = (
        onFeatures
          ? [split.head(images as tfc.Tensor as tfc.Tensor2D, options)]
          : net.auxiliaryWeight === 0
            ? [net.graph.forward(images as tfc.Tensor as tfc.Tensor4D, options)]
            : net.graph.forwardAll(images as tfc.Tensor as tfc.Tensor4D, options)
      ) as [tfc.Tensor2D, tfc.Tensor2D?]
      hits = tf.keep(tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1)), 'float32')))
      const labels = targets as tfc.Tensor as tfc.Tensor2D
      const loss = lossOf(logits, labels, {})
      return auxiliary === undefined ? loss : tf.add(loss, tf.mul(lossOf(auxiliary, labels, {}), net.auxiliaryWeight))
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
      if (captured === undefined) captured = engine.capture(step)
      else captured.run()
      const [loss, hits] = captured.outputs
      return { loss: loss?.dataSync()[0] ?? NaN, accuracy: hits?.dataSync()[0] ?? NaN }
    },
    dispose: () => {
      captured?.dispose()
      optimizer.dispose()
      tf.dispose([images, targets, learningRate, stepNumber, progress, dropoutSeed])
    },
  }
}
