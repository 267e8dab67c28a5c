import { join } from 'node:path'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { AppError } from '../errors.ts'
import { found, foundDataset, foundJob } from './found.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { ExportedFile, ExportOptions, ModelFile, ModelRuntime, PredictOptions } from './ports/models.ts'
import type { PackedImagePng, Split } from './ports/images.ts'
import type { Store } from './ports/store.ts'
import type { Checkpoint } from './resources.ts'
import { withScratch, writeLimited } from './scratch.ts'

export interface ModelServiceDependencies {
  store: Store
  blobs: Blobs
  models: ModelRuntime
  packedImagePng: PackedImagePng
  /** Folder that exists, for files of a request. */
  scratchDir: string
}

/** An image of a request. */
export interface UploadedImage {
  name: string
  content: Readable
}

export const MOST_IMAGES = 16
export const LARGEST_IMAGE_BYTES = 20_000_000
/** Images on which the cost of a precision is measured. */
const MOST_MEASURED = 1000

export interface PrecisionReport extends ExportedFile {
  /** On images of the job's data set; null where it has neither test nor validation images. */
  accuracy: { split: string; images: number; original: number; exported: number } | null
}

/** Checkpoints at work: predictions, exports, and where an image speaks for a class. */
export function modelService({ store, blobs, models, packedImagePng, scratchDir }: ModelServiceDependencies) {
  const checkpoint = async (caller: Caller, id: string): Promise<Checkpoint & { file: ModelFile }> => {
    const { blobKey, ...rest } = found(await store.checkpoint(caller.teamId, id), 'checkpoint', id)
    return { ...rest, file: { path: blobs.path(blobKey), sha256: rest.sha256, team: caller.teamId } }
  }
  const packed = async (caller: Caller, id: string): Promise<string> => {
    const { state } = await foundDataset(store, caller.teamId, id)
    const key = await store.packedKey(caller.teamId, id)
    if (key === undefined)
      throw new AppError('wrong_state', `Data set ${id} is ${state}; it has images once it is ready.`)
    return blobs.path(key)
  }
  const exporting = onceAtATime<ExportedFile>()
  const measuring = onceAtATime<PrecisionReport['accuracy']>()

  const kept = async <T>(key: string, make: () => Promise<T>): Promise<T> => {
    if ((await blobs.sizeBytes(key)) !== undefined) return (await json(blobs.read(key))) as T
    const value = await make()
    await blobs.write(key, Readable.from([JSON.stringify(value)]))
    return value
  }

  async function exported(
    caller: Caller,
    id: string,
    options: ExportOptions,
  ): Promise<{ file: ExportedFile; blobKey: string }> {
    const { file } = await checkpoint(caller, id)
    const record = `exports/${file.sha256}/${options.format}-${options.precision}.json`
    const made = await exporting(record, () =>
      kept(record, () =>
        withScratch(scratchDir, async (folder) => {
          const path = join(folder, 'export')
          const result = await models.exportModel(file, { ...options, path })
          await blobs.copyIn(contentKey(result), path)
          return result
        }),
      ),
    )
    return { file: made, blobKey: contentKey(made) }
  }

  /** The n-th worst mistake of a job's report: its place in the data set, and the checkpoint that made it. */
  async function worstMistake(caller: Caller, jobId: string, n: number) {
    const { dataset } = await foundJob(store, caller.teamId, jobId)
    const report = (await store.report(caller.teamId, jobId)) as ReportFacts | undefined | null
    const mistake = report?.worst[n]
    if (!report || mistake === undefined)
      throw new AppError(
        'not_found',
        `Job ${jobId} has no mistake ${n}; its report lists ${report?.worst.length ?? 0}.`,
      )
    const kinds = await store.checkpoints(jobId)
    const used = found(
      kinds.find(({ kind }) => kind === report.weights),
      `checkpoint ${report.weights} of job`,
      jobId,
    )
    return { ...mistake, split: report.split, dataset, checkpoint: used }
  }

  return {
    worstMistake,
    async predict(caller: Caller, id: string, images: AsyncIterable<UploadedImage>, options: PredictOptions) {
      const { file } = await checkpoint(caller, id)
      return withScratch(scratchDir, async (folder) => {
        const sources = await received(images, folder, MOST_IMAGES)
        const predictions = await models.predict(file, sources, options)
        return predictions.map((prediction, i) => ({ file: sources[i]?.name ?? '', ...prediction }))
      })
    },
    async gradCam(caller: Caller, id: string, images: AsyncIterable<UploadedImage>, label?: string) {
      const { file } = await checkpoint(caller, id)
      return withScratch(scratchDir, async (folder) => {
        const [image] = await received(images, folder, 1)
        return models.gradCam(file, image!, label)
      })
    },
    exported,
    /** An export, and what its precision costs on the data set that its job was trained on. */
    async precisionReport(caller: Caller, id: string, options: ExportOptions): Promise<PrecisionReport> {
      const { job: jobId, file } = await checkpoint(caller, id)
      const made = await exported(caller, id, options)
      const { dataset } = await foundJob(store, caller.teamId, jobId)
      const directory = await packed(caller, dataset)
      const record = `exports/${file.sha256}/accuracy-${options.precision}.json`
      const accuracy = await measuring(record, () =>
        kept(record, async () => {
          const wanted = { precision: options.precision, packed: directory, most: MOST_MEASURED }
          return (await models.precisionCost(file, wanted)) ?? null
        }),
      )
      return { ...made.file, accuracy }
    },
    /** Where a mistake of a job's report speaks for a class: the predicted one, the true one, or another by name. */
    async worstGradCam(caller: Caller, jobId: string, n: number, label: string) {
      const mistake = await worstMistake(caller, jobId, n)
      const wanted = label === 'predicted' ? mistake.predicted : label === 'label' ? mistake.label : label
      const [{ file }, directory] = [
        await checkpoint(caller, mistake.checkpoint.id),
        await packed(caller, mistake.dataset),
      ]
      return models.gradCam(file, { packed: directory, split: mistake.split, index: mistake.index }, wanted)
    },
    async datasetImage(caller: Caller, id: string, place: { split: Split | 'all'; index: number }): Promise<Buffer> {
      return packedImagePng(await packed(caller, id), place)
    },
  }
}

interface ReportFacts {
  weights: string
  split: Split
  worst: { index: number; label: string; predicted: string }[]
}

const contentKey = ({ sha256 }: ExportedFile): string => `exports/content/${sha256}`

async function received(
  images: AsyncIterable<UploadedImage>,
  folder: string,
  most: number,
): Promise<{ path: string; name: string }[]> {
  const sources: { path: string; name: string }[] = []
  for await (const { name, content } of images) {
    if (sources.length === most) throw new AppError('payload_too_large', `At most ${most} images are taken at a time.`)
    const path = join(folder, String(sources.length))
    await writeLimited(content, path, name, LARGEST_IMAGE_BYTES)
    sources.push({ path, name })
  }
  if (sources.length === 0)
    throw new AppError('invalid_request', 'The request holds no image.', {
      errors: [{ pointer: '/images', detail: 'must have at least one image' }],
    })
  return sources
}

/** Callers that want what is being made already wait for it. */
function onceAtATime<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>()
  return (key, make) => {
    const known = running.get(key)
    if (known !== undefined) return known
    const started = make().finally(() => running.delete(key))
    running.set(key, started)
    return started
  }
}
