import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../../src/engine/engine.ts'
import { parseSpec } from '../../src/job-spec/parse.ts'
import type { CheckpointInfo } from '../../src/train/checkpoint/info.ts'
import type { Head } from '../../src/train/net/heads.ts'
import { buildNet, type Net } from '../../src/train/net/net.ts'

export const CLASSES = ['ant', 'bee', 'cat', 'dog']
/** Images in a `Trained`. */
export const BATCH = 3

export interface Case {
  model: { name: string } & Record<string, unknown>
  size: number
  channels?: number
  head?: Head
  /** Whether batch norms keep their statistics in training. */
  freezeNorms?: boolean
}

export interface Trained {
  info: CheckpointInfo
  net: Net
  images: tfc.Tensor4D
  logits: Float32Array
}

/**
 * A model whose batch norms have statistics that matter, with its logits. Variances are above 1: with as many below, activations of
 * EfficientNet-B7 grow until a change of 1e-6 in an image turns its logits.
 */
export function trained(engine: Engine, { model, size, channels = 3, head, freezeNorms = false }: Case): Trained {
  const { tf } = engine
  const spec = parseSpec({ model }).model!
  const net = buildNet(engine, spec, { size, channels, classes: CLASSES.length, seed: 3, head, freezeNorms })
  let seed = 0
  for (const [name, variable] of net.variables) {
    if (!/\/(gamma|beta|moving_mean|moving_variance|bias|centroids|output_kernel)$/.test(name)) continue
    const [low, high] = name.endsWith('/gamma') ? [0.6, 1.4] : name.endsWith('_variance') ? [1, 2] : [-0.2, 0.2]
    engine.write(variable, tf.randomUniform(variable.shape, low, high, 'float32', ++seed).dataSync() as Float32Array)
  }
  const images = tf.randomNormal<tfc.Rank.R4>([BATCH, size, size, channels], 0, 1, 'float32', 1)
  const logits = net.graph.forward(images, { training: false }).dataSync() as Float32Array
  const info: CheckpointInfo = {
    formatVersion: 1,
    kind: 'best',
    step: 7,
    specHash: 'hash',
    datasetHash: 'hash',
    classes: CLASSES,
    spec: { model: spec } as CheckpointInfo['spec'],
    image: { size, channels, mean: [0.5, 0.4, 0.3].slice(0, channels), std: [0.2, 0.2, 0.2].slice(0, channels) },
    temperature: 1.5,
    metrics: {},
    best: null,
    ...(head === undefined ? {} : { head }),
  }
  return { info, net, images, logits }
}
