import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tf } from '../../src/engine/tfjs.js'

const EPSILON = 1.001e-5

export interface KerasShape {
  size: number
  classes: number
}

interface Layer {
  apply(x: SymbolicTensor | SymbolicTensor[]): unknown
}

/** Layers under given names, one after another, as keras.applications writes its nets. */
function builder(tf: Tf, useBias: boolean) {
  const apply = (layer: Layer, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor => layer.apply(x) as SymbolicTensor
  let seed = 0
  return {
    apply,
    conv: (x: SymbolicTensor, name: string, filters: number, kernel: number, { stride = 1, same = false } = {}) =>
      apply(
        tf.layers.conv2d({
          name,
          filters,
          kernelSize: kernel,
          strides: stride,
          padding: same ? 'same' : 'valid',
          useBias,
          kernelInitializer: tf.initializers.heNormal({ seed: ++seed }),
        }),
        x,
      ),
    norm: (x: SymbolicTensor, name: string) => apply(tf.layers.batchNormalization({ name, epsilon: EPSILON }), x),
    relu: (x: SymbolicTensor, name: string) => apply(tf.layers.activation({ name, activation: 'relu' }), x),
    pad: (x: SymbolicTensor, name: string, sides: number) =>
      apply(tf.layers.zeroPadding2d({ name, padding: [[sides, sides], [sides, sides]] }), x), // prettier-ignore
    maxPool: (x: SymbolicTensor, name: string) => apply(tf.layers.maxPooling2d({ name, poolSize: 3, strides: 2 }), x),
    head: (x: SymbolicTensor, name: string, classes: number) =>
      apply(
        tf.layers.dense({ name, units: classes, activation: 'softmax' }),
        apply(tf.layers.globalAveragePooling2d({ name: 'avg_pool' }), x),
      ),
  }
}

const RESNET_BLOCKS: Readonly<Record<string, readonly number[]>> = {
  resnet50: [3, 4, 6, 3],
  resnet101: [3, 4, 23, 3],
  resnet152: [3, 8, 36, 3],
}

/** keras.applications.resnet: version 1, biases in all convolutions, the stride in a block's first one. */
export function kerasResnet(tf: Tf, name: string, { size, classes }: KerasShape): LayersModel {
  const { apply, conv, norm, relu, pad, maxPool, head } = builder(tf, true)
  const image = tf.input({ shape: [size, size, 3] })
  const block1 = (
    input: SymbolicTensor,
    filters: number,
    prefix: string,
    { stride = 1, shortcut = true } = {},
  ): SymbolicTensor => {
    const residual = shortcut
      ? norm(conv(input, `${prefix}_0_conv`, 4 * filters, 1, { stride }), `${prefix}_0_bn`)
      : input
    let x = relu(norm(conv(input, `${prefix}_1_conv`, filters, 1, { stride }), `${prefix}_1_bn`), `${prefix}_1_relu`)
    x = relu(norm(conv(x, `${prefix}_2_conv`, filters, 3, { same: true }), `${prefix}_2_bn`), `${prefix}_2_relu`)
    x = norm(conv(x, `${prefix}_3_conv`, 4 * filters, 1), `${prefix}_3_bn`)
    return relu(apply(tf.layers.add({ name: `${prefix}_add` }), [residual, x]), `${prefix}_out`)
  }
  let x = conv(pad(image, 'conv1_pad', 3), 'conv1_conv', 64, 7, { stride: 2 })
  x = maxPool(pad(relu(norm(x, 'conv1_bn'), 'conv1_relu'), 'pool1_pad', 1), 'pool1_pool')
  for (const [stage, count] of (RESNET_BLOCKS[name] ?? []).entries())
    for (let block = 1; block <= count; block++)
      x = block1(x, 64 << stage, `conv${stage + 2}_block${block}`, {
        stride: block === 1 && stage > 0 ? 2 : 1,
        shortcut: block === 1,
      })
  return tf.model({ inputs: image, outputs: head(x, 'predictions', classes), name })
}

const DENSENET_BLOCKS: Readonly<Record<string, readonly number[]>> = {
  densenet121: [6, 12, 24, 16],
  densenet169: [6, 12, 32, 32],
  densenet201: [6, 12, 48, 32],
}

/** keras.applications.densenet, growth 32, with Keras 2's names (`conv1/conv`, a head `fc1000`). */
export function kerasDensenet(tf: Tf, name: string, { size, classes }: KerasShape): LayersModel {
  const { apply, conv, norm, relu, pad, maxPool, head } = builder(tf, false)
  const image = tf.input({ shape: [size, size, 3] })
  let x = conv(pad(image, 'zero_padding2d', 3), 'conv1/conv', 64, 7, { stride: 2 })
  x = maxPool(pad(relu(norm(x, 'conv1/bn'), 'conv1/relu'), 'zero_padding2d_1', 1), 'pool1')
  const counts = DENSENET_BLOCKS[name] ?? []
  for (const [i, count] of counts.entries()) {
    for (let block = 1; block <= count; block++) {
      const prefix = `conv${i + 2}_block${block}`
      let y = relu(norm(x, `${prefix}_0_bn`), `${prefix}_0_relu`)
      y = relu(norm(conv(y, `${prefix}_1_conv`, 128, 1), `${prefix}_1_bn`), `${prefix}_1_relu`)
      y = conv(y, `${prefix}_2_conv`, 32, 3, { same: true })
      x = apply(tf.layers.concatenate({ name: `${prefix}_concat` }), [x, y])
    }
    if (i === counts.length - 1) break
    const prefix = `pool${i + 2}`
    const channels = (x.shape.at(-1) ?? 0) / 2
    x = conv(relu(norm(x, `${prefix}_bn`), `${prefix}_relu`), `${prefix}_conv`, channels, 1)
    x = apply(tf.layers.averagePooling2d({ name: `${prefix}_pool`, poolSize: 2, strides: 2 }), x)
  }
  return tf.model({ inputs: image, outputs: head(relu(norm(x, 'bn'), 'relu'), 'fc1000', classes), name })
}

/** Gives biases and batch norms values that matter: Keras starts them at zeros and ones. */
export function stir(tf: Tf, model: LayersModel): void {
  let seed = 1000
  for (const variable of model.weights) {
    const [, part = ''] = /\/(gamma|beta|moving_mean|moving_variance|bias)$/.exec(variable.originalName) ?? []
    if (part === '') continue
    const [low, high] = /gamma|variance/.test(part) ? [0.7, 1.3] : [-0.3, 0.3]
    const values = tf.randomUniform(variable.shape as number[], low, high, 'float32', ++seed)
    variable.write(values)
    values.dispose()
  }
}

/** Saves a layers-model as `model.json` and its weights, by tfjs itself. */
export async function saveLayersModel(tf: Tf, model: LayersModel, folder: string): Promise<string> {
  const path = join(folder, 'model.json')
  await mkdir(folder, { recursive: true })
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }: tfc.io.ModelArtifacts) => {
      const parts = Array.isArray(weightData) ? weightData : [weightData ?? new ArrayBuffer(0)]
      await writeFile(join(folder, 'weights.bin'), Buffer.concat(parts.map((part) => Buffer.from(part))))
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }]
      await writeFile(path, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }))
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  return path
}
