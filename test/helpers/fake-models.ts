import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { readImageFile } from '../../src/data/image-file.ts'
import { readManifest } from '../../src/data/packed/folder.ts'
import { readPackedImage } from '../../src/data/packed/packed-image.ts'
import { AppError } from '../../src/errors.ts'
import type { ImageSource, ModelFile, ModelRuntime, OutputListener } from '../../src/service/ports/models.ts'
import { readCheckpoint } from '../../src/train/checkpoint/checkpoint.ts'
import { classIndex } from '../../src/train/predict/grad-cam.ts'
import { softmax } from '../../src/train/evaluate/metrics.ts'
import { predictImage } from '../../src/train/predict/predict.ts'
import type { AnyImage, DecodedImage } from '../../src/data/decoded-image.ts'
import { scaleToUint8 } from '../../src/data/pixel-range.ts'

/** Models without an engine: what they say follows from an image's mean brightness and a checkpoint's classes alone. */
export function fakeModels(): ModelRuntime {
  const read = (image: ImageSource): Promise<DecodedImage> =>
    'path' in image ? readImageFile(image.path, Infinity, image.name) : readPackedImage(image.packed, image)
  const located = async (image: ImageSource, pointer: string): Promise<DecodedImage> => {
    try {
      return await read(image)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      throw new AppError(error.code, error.message, { errors: [{ pointer, detail: error.message }] })
    }
  }
  const model = ({ path, sha256 }: ModelFile) => {
    const { info } = readCheckpoint(path, sha256)
    const logitsOf = (image: AnyImage): Float32Array => {
      const { data } = scaleToUint8(image, undefined)
      const brightness = data.reduce((sum, value) => sum + value, 0) / data.length / 255
      return Float32Array.from(info.classes, (_, i) => -4 * Math.abs(brightness - i / info.classes.length))
    }
    return {
      info,
      predict: (images: readonly AnyImage[]) =>
        images.map(logitsOf).map((logits) => ({ logits, probabilities: softmax(logits, info.temperature) })),
    }
  }
  const listeners = new Set<OutputListener>()
  return {
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async predict(file, images, options) {
      for (const listener of listeners) listener('stderr', Buffer.from(`predicting ${images.length} images\n`))
      const known = model(file)
      const decoded = await Promise.all(images.map((image, i) => located(image, `/images/${i}`)))
      return decoded.map((image, i) => predictImage(known, image, `image ${i}`, options))
    },
    async gradCam(file, image, label) {
      const known = model(file)
      const pixels = await located(image, '/image')
      const [likeliest] = predictImage(known, pixels, '', { top: 1, logits: false, asIs: false }).top
      const index = classIndex(known.info.classes, label)
      const { size } = known.info.image
      const png = await sharp({
        create: { width: size, height: size, channels: 3, background: { r: index ?? 0, g: 0, b: 0 } },
      })
        .png()
        .toBuffer()
      return { label: label ?? likeliest?.label ?? '', png }
    },
    async exportModel(file, { format, precision, path }) {
      if (format === 'safetensors' && precision === 'uint8')
        throw new AppError('invalid_request', 'uint8 is for tfjs and onnx.')
      const { info } = readCheckpoint(file.path, file.sha256)
      const content = Buffer.from(JSON.stringify({ format, precision, classes: info.classes }))
      await writeFile(path, content)
      const fileName = format === 'tfjs' ? 'model.zip' : `model.${format}`
      return {
        fileName,
        contentType: format === 'tfjs' ? 'application/zip' : 'application/octet-stream',
        sizeBytes: content.byteLength,
        sha256: createHash('sha256').update(content).digest('hex'),
        files: [{ name: fileName, sizeBytes: content.byteLength }],
        metadata: { labels: info.classes, weights: { precision } },
      }
    },
    async precisionCost(file, { precision, packed, most }) {
      readCheckpoint(file.path)
      const { counts } = readManifest(packed)
      const split = counts.test > 0 ? 'test' : counts.val > 0 ? 'val' : undefined
      if (split === undefined) return undefined
      return {
        split,
        images: Math.min(most, counts[split]),
        original: 0.5,
        exported: precision === 'uint8' ? 0.25 : 0.5,
      }
    },
    stop: () => Promise.resolve(),
  }
}
