import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { decodeImage } from '../data/decode.ts'
import { readImageFile } from '../data/image-file.ts'
import { readPackedImage } from '../data/packed-image.ts'
import { DEFAULT_LIMITS } from '../data/source/budget.ts'
import type { Engine } from '../engine/engine.ts'
import { AppError } from '../errors.ts'
import { exportModel } from '../train/export/export.ts'
import { precisionCost } from '../train/export/precision-cost.ts'
import { classIndex, gradCam, heatPng } from '../train/grad-cam.ts'
import { loadModel } from '../train/model.ts'
import { predictImage } from '../train/predict.ts'
import type { RasterImage } from '../zoo/define.ts'
import { createModelCache } from './model-cache.ts'
import { packExport } from './pack-export.ts'
import type { ImageInput, Method, Params, Result } from './protocol.ts'

export type Work = { [M in Method]: (params: Params<M>) => Promise<Result<M>> }

/**
 * What a predictor does, by method. Requests take turns by the image, so that one decoded image is in memory at a time; a model is not in
 * use from one turn to the next, so that the cache may drop it.
 */
export function createWork(engine: Engine, { modelBytes }: { modelBytes: number }): Work {
  const models = createModelCache((path, sha256) => loadModel(engine, path, sha256), modelBytes)
  const inTurn = turns()
  return {
    async predict({ model, images, ...options }) {
      const predictions: Result<'predict'> = []
      for (const [i, input] of images.entries())
        await inTurn(async () => {
          const image = await located(read(input), `/images/${i}`)
          predictions.push(predictImage(models.get(model), image, nameOf(input), options))
        })
      return predictions
    },
    gradCam: ({ model, image, label }) =>
      inTurn(async () => {
        const pixels = await located(read(image), '/image')
        const trained = models.get(model)
        const { classes } = trained.info
        const cam = gradCam(engine, trained, pixels, classIndex(classes, label))
        return { label: classes[cam.target] ?? '', png: (await heatPng(cam)).toString('base64') }
      }),
    async export({ model, format, precision, path }) {
      const folder = await mkdtemp(join(dirname(path), 'export-'))
      try {
        const outDir = join(folder, 'files')
        const { files, metadata } = await exportModel(models.get(model), { format, precision, outDir })
        return { ...(await packExport(format, files, path)), metadata }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    precisionCost: async ({ model, precision, packed, most }) =>
      (await precisionCost(engine, model, { precision, directory: packed, most })) ?? null,
  }
}

/** Runs what it is given one after another, with a turn of the event loop between. */
function turns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (run) => {
    const mine = last.then(() => setImmediate()).then(run)
    last = mine.catch(() => undefined)
    return mine
  }
}

const nameOf = (input: ImageInput): string => ('name' in input ? input.name : `${input.split} image ${input.index}`)

function read(input: ImageInput): Promise<RasterImage> {
  if ('path' in input) return readImageFile(input.path, input.name)
  if ('packed' in input) return readPackedImage(input.packed, input)
  return decodeImage(Buffer.from(input.base64, 'base64'), { pixels: DEFAULT_LIMITS.pixels, shorterSide: Infinity })
}

/** Says which image of a request a failure is about. */
async function located<T>(reading: Promise<T>, pointer: string): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, error.message, { cause: error, errors: [{ pointer, detail: error.message }] })
  }
}
