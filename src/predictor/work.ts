import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DecodedImage } from '../data/decoded-image.ts'
import { readPackedImage } from '../data/packed/packed-image.ts'
import type { Engine } from '../engine/engine.ts'
import { AppError } from '../errors.ts'
import { exportModel } from '../train/export/export.ts'
import { precisionCost } from '../train/export/precision-cost.ts'
import { classIndex, gradCam, heatPng } from '../train/predict/grad-cam.ts'
import { loadModel } from '../train/predict/trained-model.ts'
import { predictImage } from '../train/predict/predict.ts'
import { createDecoders, type DecoderOptions } from './decoders.ts'
import { fairTurns } from './fair-turns.ts'
import { createModelCache } from './model-cache.ts'
import { packExport } from './pack-export.ts'
import type { ImageInput, Method, Params, Result } from './protocol.ts'
import { requestAllowance } from './request-allowance.ts'

/** Teams whose images are decoded at a time. */
const TEAMS_AT_ONCE = 3

export interface WorkOptions {
  modelBytes: number
  decoders?: DecoderOptions
}

export type Work = { [M in Method]: (params: Params<M>) => Promise<Result<M>> }

/**
 * What a predictor does, by method. Requests take turns by the image, one image per team at a time, so that few decoded images are in memory
 * and no team's images hold up another's; a model is not in use from one turn to the next, so that the cache may drop it.
 */
export function createWork(engine: Engine, { modelBytes, decoders = {} }: WorkOptions): Work {
  const models = createModelCache((path, sha256) => loadModel(engine, path, sha256), modelBytes)
  const inTurn = fairTurns(TEAMS_AT_ONCE)
  const decode = createDecoders(decoders)
  /** Shrinks images as ingest shrank the model's training images. */
  const decoderFor = (model: Params<'predict'>['model']): Decode => {
    const { workingSize = Infinity } = models.get(model).info.image
    return (file) => decode({ file, shorterSide: workingSize })
  }
  return {
    async predict({ model, images, ...options }) {
      const predictions: Result<'predict'> = []
      const allowance = requestAllowance()
      for (const [i, input] of images.entries())
        await inTurn(teamOf(model), async () => {
          const image = await withImagePointer(
            allowance(() => read(input, decoderFor(model))),
            `/images/${i}`,
          )
          predictions.push(predictImage(models.get(model), image, nameOf(input), options))
        })
      return predictions
    },
    gradCam: ({ model, image, label }) =>
      inTurn(teamOf(model), async () => {
        const pixels = await withImagePointer(read(image, decoderFor(model)), '/image')
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

const teamOf = ({ team }: Params<'predict'>['model']): string => team ?? ''

const nameOf = (input: ImageInput): string => ('name' in input ? input.name : `${input.split} image ${input.index}`)

type Decode = (file: Buffer) => Promise<DecodedImage>

async function read(input: ImageInput, decode: Decode): Promise<DecodedImage> {
  if ('packed' in input) return readPackedImage(input.packed, input)
  if ('base64' in input) return decode(Buffer.from(input.base64, 'base64'))
  const bytes = await readFile(input.path).catch((cause: unknown) => {
    throw new AppError('image_undecodable', `${input.name} cannot be read.`, { cause })
  })
  return decode(bytes).catch((cause: unknown) => {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError(cause.code, `${input.name}: ${cause.message}`, { cause })
  })
}

/** Says which image of a request a failure is about. */
async function withImagePointer<T>(reading: Promise<T>, pointer: string): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, error.message, { cause: error, errors: [{ pointer, detail: error.message }] })
  }
}
