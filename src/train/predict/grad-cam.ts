import type * as tfc from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { imagePipeline } from '../../data/batch.ts'
import type { AnyImage } from '../../data/decoded-image.ts'
import { scaleToUint8 } from '../../data/pixel-range.ts'
import type { Engine } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import type { RasterImage } from '../../zoo/raster-image.ts'
import type { TrainedModel } from './trained-model.ts'
import { nonTrainable } from '../../zoo/variables.ts'

export interface GradCam {
  /** Index of the class that is explained. */
  target: number
  /** Where the image speaks for the class: float32 [height, width], 0 to 1, of the size of the last feature maps. */
  heat: Float32Array
  height: number
  width: number
  /** What the model saw: uint8 [size, size, channels]. */
  seen: RasterImage
}

/**
 * The last feature maps, each weighted by the mean gradient of the class' logit, rectified, and divided by the largest.
 * Source: Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391.
 * @param target the class; absent: the likeliest.
 */
export function gradCam(
  engine: Engine,
  { info, net }: Pick<TrainedModel, 'info' | 'net'>,
  image: AnyImage,
  target?: number,
): GradCam {
  const { tf, ops } = engine
  const { size, channels, mean, std, background, range } = info.image
  const { split } = net.graph
  const seen = imagePipeline({ size, channels, background, seed: 0, augment: [] })(scaleToUint8(image, range), 0, 0)
  const input = nonTrainable(tf, () => tf.zeros([1, size, size, channels]))
  engine.writeImages(input, seen.data, { mean, std })
  // Not tidy, which would look for tensors in what is returned.
  tf.engine().startScope()
  try {
    const maps = split.maps(input as tfc.Tensor as tfc.Tensor4D)
    const logitsOf = (x: tfc.Tensor): tfc.Tensor2D =>
      split.head(ops.globalAveragePool(x as tfc.Tensor4D), { training: false })
    const logits = logitsOf(maps).dataSync()
    const chosen = target ?? logits.indexOf(Math.max(...logits))
    const only = tf.oneHot(tf.tensor1d([chosen], 'int32'), logits.length, 1, 0, 'float32')
    const gradient = tf.grad((x: tfc.Tensor) => tf.sum(tf.mul(logitsOf(x), only)))(maps)
    const heat = tf.relu(tf.sum(tf.mul(maps, tf.mean(gradient, [1, 2], true)), 3)).dataSync()
    const largest = Math.max(...heat)
    const [, height, width] = maps.shape
    return {
      target: chosen,
      heat: Float32Array.from(heat, (value) => (largest > 0 ? value / largest : 0)),
      height,
      width,
      seen,
    }
  } finally {
    tf.engine().endScope()
    input.dispose()
  }
}

/** @throws AppError `invalid_request` for a label that the model does not have. */
export function classIndex(classes: readonly string[], label: string | undefined): number | undefined {
  if (label === undefined) return undefined
  const index = classes.indexOf(label)
  if (index < 0)
    throw new AppError(
      'invalid_request',
      `There is no class ${JSON.stringify(label)}; there are ${classes.join(', ')}.`,
      { errors: [{ pointer: '/class', detail: 'must be a class of the model' }] },
    )
  return index
}

const HEAT_SHARE = 0.55

/** The image that the model saw with its heat over it, red where it speaks for the class, as PNG. */
export async function heatPng({ heat, height, width, seen }: GradCam): Promise<Buffer> {
  const levels = Buffer.from(Uint8Array.from(heat, (value) => Math.round(value * 255)))
  const large = await sharp(levels, { raw: { width, height, channels: 1 } })
    .resize(seen.width, seen.height, { kernel: 'linear', fit: 'fill' })
    .extractChannel(0)
    .raw()
    .toBuffer()
  const pixels = Buffer.alloc(seen.width * seen.height * 3)
  const ramp = (level: number, peak: number): number => Math.max(0, Math.min(1, 1.5 - Math.abs(4 * level - peak)))
  for (let i = 0; i < large.byteLength; i++) {
    const level = (large[i] ?? 0) / 255
    const colour = [ramp(level, 3), ramp(level, 2), ramp(level, 1)]
    for (let c = 0; c < 3; c++) {
      const pixel = seen.data[i * seen.channels + Math.min(c, seen.channels - 1)] ?? 0
      pixels[i * 3 + c] = Math.round(pixel * (1 - HEAT_SHARE) + 255 * HEAT_SHARE * (colour[c] ?? 0))
    }
  }
  return sharp(pixels, { raw: { width: seen.width, height: seen.height, channels: 3 } })
    .png()
    .toBuffer()
}
