import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../engine/engine.ts'
import type { RasterImage } from '../zoo/define.ts'
import { imagePipeline } from '../data/batch.ts'
import { readCheckpoint, roleValues, type CheckpointInfo } from './checkpoint.ts'
import { softmax } from './metrics.ts'
import { buildNet, writeValues, type Net } from './net.ts'

/** A model from a checkpoint, ready to use. */
export interface TrainedModel {
  info: CheckpointInfo
  net: Net
  /** Logits and calibrated probabilities of images of any size, with the checkpoint's preprocessing. */
  predict(images: readonly RasterImage[]): { logits: Float32Array; probabilities: Float64Array }[]
}

/** @throws AppError `checkpoint_invalid` when the file is not a checkpoint, or does not fit its own spec. */
export function loadModel(engine: Engine, path: string): TrainedModel {
  const checkpoint = readCheckpoint(path)
  const { info } = checkpoint
  const { size, channels, mean, std } = info.image
  const net = buildNet(engine, info.spec.model, {
    ...{ size, channels, classes: info.classes.length, seed: info.spec.seed },
    convention: info.convention,
    head: info.head,
  })
  writeValues(engine, net.variables, roleValues(checkpoint, 'model'))
  const prepare = imagePipeline({ size, channels, seed: 0, augment: [] })
  const { tf } = engine
  return {
    info,
    net,
    predict(images) {
      const pixels = new Uint8Array(images.length * size * size * channels)
      images.forEach((image, i) => pixels.set(prepare(image, 0, 0).data, i * size * size * channels))
      const input = tf.tidy(() => tf.variable(tf.zeros([images.length, size, size, channels]), false))
      engine.writeImages(input, pixels, { mean, std })
      const values = tf.tidy(() =>
        net.graph.forward(input as tfc.Tensor as tfc.Tensor4D, { training: false }).dataSync(),
      )
      input.dispose()
      return images.map((_, i) => {
        const logits = Float32Array.from(values.subarray(i * info.classes.length, (i + 1) * info.classes.length))
        return { logits, probabilities: softmax(logits, info.temperature) }
      })
    },
  }
}
