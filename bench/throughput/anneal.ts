import { createInterface } from 'node:readline'
import type * as tfc from '@tensorflow/tfjs-core'
import { joinGroup } from '../../src/engine/distributed/join.ts'
import { loadEngine } from '../../src/engine/load.ts'
import { parseSpec } from '../../src/job-spec/parse.ts'
import { buildNet } from '../../src/train/net/net.ts'
import { sgd } from '../../src/zoo/optimizers/sgd.ts'
import type { Workload } from './contestant.ts'

const { mode, model, size, channels, batch, classes, precision, threads, group } = JSON.parse(
  process.argv[2] ?? '',
) as Workload
const engine = await loadEngine({ engine: 'torch', threads })
const { tf, ops } = engine
engine.setPrecision(precision)
const collective = await joinGroup(engine, group)

const spec = parseSpec({ model: { name: model, ...formOf(model) } }).model!
const { graph, auxiliaryWeight } = buildNet(engine, spec, { size, channels, classes, seed: 0 })
const variables = [...graph.trainable.values()]
const images = tf.keep(tf.randomNormal<tfc.Rank.R4>([batch, size, size, channels]))
const classOf = Array.from({ length: batch }, (_, i) => (i * 7) % 10)
const labels = tf.keep(tf.oneHot(tf.tensor1d(classOf, 'int32'), classes, 1, 0, 'float32') as tfc.Tensor2D)
const dropoutSeed = tf.keep(tf.tensor1d([1, 2], 'int32'))
const optimizer = sgd.create(
  { momentum: 0.9, dampening: 0, nesterov: false, weightDecay: 1e-4, decayAll: true, clipNorm: 0, accumulation: 1 },
  { tf, ops, variables, learningRate: tf.scalar(0.01), step: tf.scalar(1) },
)

function train(): tfc.Tensor[] {
  const { value, grads } = tf.variableGrads(() => {
    const [logits, auxiliary] = graph.forwardAll(images, { training: true, dropoutSeed }) as [
      tfc.Tensor2D,
      tfc.Tensor2D?,
    ]
    const loss = tf.mean<tfc.Scalar>(ops.softmaxCrossEntropy(logits, labels))
    const whole =
      auxiliary === undefined
        ? loss
        : tf.add<tfc.Scalar>(loss, tf.mul(auxiliaryWeight, tf.mean(ops.softmaxCrossEntropy(auxiliary, labels))))
    return collective.worldSize === 1 ? whole : tf.div<tfc.Scalar>(whole, collective.worldSize)
  }, variables)
  const gradients = variables.map((variable) => grads[variable.name]!)
  collective.sumGradients(gradients)
  optimizer.update(gradients)
  return [value]
}
const step = engine.capture(mode === 'training' ? train : () => [graph.forward(images, { training: false })])

function timedStep(): number {
  const begin = performance.now()
  step.run()
  const first = step.outputs[0]?.dataSync()[0] ?? NaN
  collective.sum(Float64Array.of(first))
  if (!Number.isFinite(first)) throw new Error(`the ${mode === 'training' ? 'loss' : 'first logit'} is ${first}`)
  return performance.now() - begin
}

/** The architecture as torchvision has it, whatever the image size, so that both sides do the same work. */
function formOf(name: string): object {
  if (name === 'resnet20') return {}
  return /^(mobilenet|efficientnet)/.test(name) ? { strides: 'imagenet' } : { stem: 'imagenet' }
}

timedStep()
timedStep()
console.log(JSON.stringify({ version: `${engine.version} on ${engine.device.name}` }))
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify({ milliseconds: Array.from({ length: Number(line) }, timedStep) }))
console.log(JSON.stringify({ peakBytes: engine.memory().peakBytes }))
