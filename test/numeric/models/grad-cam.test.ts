import type * as tfc from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { gradCam, heatPng } from '../../../src/train/predict/grad-cam.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { CLASSES, trained } from '../../helpers/trained.ts'

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

describe('Grad-CAM', () => {
  const noise = (size: number): RasterImage => ({
    width: size,
    height: size,
    channels: 3,
    data: Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * i * 31) % 251),
  })

  it('weights the last maps with the gradient of the class: with one dense layer, with its weights', () => {
    const model = trained(engine, { model: { name: 'resnet18', stem: 'imagenet' }, size: 96 })
    const { heat, height, width, target, seen } = gradCam(engine, model, noise(96), 2)
    expect({ height, width, target }).toEqual({ height: 3, width: 3, target: 2 })
    const { tf } = engine
    const images = tf.variable(tf.zeros([1, 96, 96, 3]), false)
    engine.writeImages(images, seen.data, model.info.image)
    const maps = model.net.graph.split.maps(images as tfc.Tensor as tfc.Tensor4D).dataSync()
    const kernel = model.net.variables.get('fc/kernel')!.dataSync()
    const raw = Array.from({ length: 9 }, (_, i) => {
      let sum = 0
      for (let c = 0; c < 512; c++) sum += maps[i * 512 + c]! * kernel[c * CLASSES.length + 2]!
      return Math.max(0, sum)
    })
    expect(
      relativeError(
        heat,
        raw.map((value) => value / Math.max(...raw)),
      ),
    ).toBeLessThan(1e-4)
  })

  it.each(['densenet121', 'efficientnet_b0', 'inception_v3', 'mobilenet_v2'])(
    '%s: a PNG of what the model saw',
    async (name) => {
      const model = trained(engine, { model: { name }, size: 96 })
      const png = await heatPng(gradCam(engine, model, noise(120)))
      expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 96, height: 96 })
    },
  )
})
