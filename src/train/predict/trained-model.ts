import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../../engine/engine.ts'
import type { RasterImage } from '../../zoo/raster-image.ts'
import type { AnyImage } from '../../data/decoded-image.ts'
import { scaleToUint8 } from '../../data/pixel-range.ts'
import { imagePipeline, type ImageTransform } from '../../data/batch.ts'
import { imageVariants } from '../../data/variants.ts'
import { readCheckpoint, roleValues, usable } from '../checkpoint/checkpoint.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'
import { calibratedProbabilities } from '../evaluate/metrics.ts'
import { buildNet, writeValues, type Net } from '../net/net.ts'
import { averageOfViews, type ChosenTestTime, type TestTime } from '../evaluate/test-time.ts'
import { nonTrainable } from '../../zoo/variables.ts'

/** A model from a checkpoint, ready to use. */
export interface TrainedModel {
  info: CheckpointInfo
  net: Net
  /** Logits and calibrated probabilities of images of any size, with the checkpoint's preprocessing; averaged over views where they are wanted. */
  predict(
    images: readonly AnyImage[],
    chosen?: Pick<ChosenTestTime, 'testTime' | 'calibration'>,
  ): { logits: Float32Array; probabilities: Float64Array }[]
  /** Bytes of all weights. */
  sizeBytes: number
  dispose(): void
}

/**
 * @param sha256 what the file's content must have, where that is known.
 * @throws AppError `checkpoint_invalid` when the file is not a checkpoint, or does not fit its own spec; `checkpoint_damaged` for another hash.
 */
export function loadModel(engine: Engine, path: string, sha256?: string): TrainedModel {
  const checkpoint = usable(readCheckpoint(path, sha256))
  const { info } = checkpoint
  const { size, channels, mean, std, background } = info.image
  const { tf } = engine
  const { result: net, made } = noting(tf, () => {
    const built = buildNet(engine, info.spec.model, {
      size,
      channels,
      classes: info.classes.length,
      seed: info.spec.seed,
      convention: info.convention,
      head: info.head,
      blank: true,
    })
    writeValues(engine, built.variables, roleValues(checkpoint, 'model'))
    return built
  })
  const prepare = imagePipeline({ size, channels, background, seed: 0, augment: [] })
  const logitsOf = (images: readonly RasterImage[], make: ImageTransform<RasterImage>, view = 0): Float32Array => {
    const pixels = new Uint8Array(images.length * size * size * channels)
    images.forEach((image, i) => pixels.set(make(image, view, 0).data, i * size * size * channels))
    const input = nonTrainable(tf, () => tf.zeros([images.length, size, size, channels]))
    engine.writeImages(input, pixels, { mean, std })
    const values = tf.tidy(() => net.graph.forward(input as tfc.Tensor as tfc.Tensor4D, { training: false }).dataSync())
    input.dispose()
    return values as Float32Array
  }
  const viewed = (images: readonly RasterImage[], { views, average }: TestTime): Float32Array => {
    const see = imageVariants({ size, channels, background, seed: info.spec.seed, augment: [] }, views)
    const each = views.map((_, view) => logitsOf(images, (...of) => see(...of)[0], view))
    return averageOfViews(each, info.classes.length, average)
  }
  return {
    info,
    net,
    sizeBytes: made.reduce((sum, { size: values }) => sum + values * Float32Array.BYTES_PER_ELEMENT, 0),
    dispose: () => {
      tf.dispose(made)
    },
    predict(images, { testTime, calibration } = { testTime: undefined, calibration: info }) {
      const classes = info.classes.length
      const scaled = images.map((image) => scaleToUint8(image, info.image.range))
      const values = testTime === undefined ? logitsOf(scaled, prepare) : viewed(scaled, testTime)
      return images.map((_, i) => {
        const logits = Float32Array.from(values.subarray(i * classes, (i + 1) * classes))
        return { logits, probabilities: calibratedProbabilities(logits, calibration) }
      })
    },
  }
}

/** The variables that `make` makes, also those that its result does not name: layers behind a tap have some. A failure disposes them. */
function noting<T>(tf: Engine['tf'], make: () => T): { result: T; made: tfc.Variable[] } {
  const others = new Set(Object.values(tf.engine().registeredVariables))
  const made = (): tfc.Variable[] =>
    Object.values(tf.engine().registeredVariables).filter((variable) => !others.has(variable))
  try {
    const result = make()
    return { result, made: made() }
  } catch (error) {
    tf.dispose(made())
    throw error
  }
}
