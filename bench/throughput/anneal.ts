import { createInterface } from 'node:readline'
import type * as tfc from '@tensorflow/tfjs-core'
import { loadEngine } from '../../src/engine/load.ts'
import { buildNet } from '../../src/train/net.ts'
import { sgd } from '../../src/zoo/optimizers/sgd.ts'
import type { Workload } from './contestant.ts'

const { model, size, channels, batch, classes, precision, threads } = JSON.parse(process.argv[2] ?? '') as Workload
const engine = await loadEngine({ engine: 'torch', threads })
const { tf, ops } = engine
engine.setPrecision(precision)

const { graph } = buildNet(engine, { name: model, ...formOf(model) }, { size, channels, classes, seed: 0 })
const variables = [...graph.trainable.values()]
const images = tf.keep(tf.randomNormal<tfc.Rank.R4>([batch, size, size, channels]))
const classOf = Array.from({ length: batch }, (_, i) => (i * 7) % 10)
const labels = tf.keep(tf.oneHot(tf.tensor1d(classOf, 'int32'), classes, 1, 0, 'float32') as tfc.Tensor2D)
const dropoutSeed = tf.keep(tf.tensor1d([1, 2], 'int32'))
const optimizer = sgd.create(
  { momentum: 0.9, nesterov: false, weightDecay: 1e-4, decayAll: true },
  { tf, ops, variables, learningRate: tf.scalar(0.01), step: tf.scalar(1) },
)

const step = engine.capture(() => {
  const { value, grads } = tf.variableGrads(
    () => tf.mean(ops.softmaxCrossEntropy(graph.forward(images, { training: true, dropoutSeed }), labels)),
    variables,
  )
  optimizer.update(variables.map((variable) => grads[variable.name]!))
  return [value]
})

function timedStep(): number {
  const begin = performance.now()
  step.run()
  const loss = step.outputs[0]?.dataSync()[0] ?? NaN
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`)
  return performance.now() - begin
}

/** The architecture as torchvision has it, whatever the image size, so that both sides do the same work. */
function formOf(name: string): object {
  if (name === 'mobilenet_v2') return { width: 1, dropout: 0.2, strides: 'imagenet' }
  return name === 'resnet20' ? { width: 16, zeroGamma: false } : { stem: 'imagenet', zeroGamma: false }
}

timedStep()
timedStep()
console.log(JSON.stringify({ version: engine.version }))
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify({ milliseconds: Array.from({ length: Number(line) }, timedStep) }))
console.log(JSON.stringify({ peakBytes: engine.memory().peakBytes }))
