import { AppError } from '../errors.ts'
import type { Report } from '../evaluation/report.ts'
import { versionId } from './dataset-ref.ts'
import type { ModelServiceDependencies } from './dependencies.ts'
import { requireFound, foundJob } from './require-found.ts'
import { modelFile, packedKey, storedCheckpoint, withHeld, type StoredModel } from './model-files.ts'
import { namedVersion } from './model-version.ts'
import type { Caller } from './ports/caller.ts'
import type { Split } from '../job-spec/splits.ts'
import type { PredictOptions } from './ports/predictions.ts'
import { MAX_IMAGES, receivedImages, type UploadedImage } from './received-images.ts'
import { withScratch } from './scratch.ts'

/** Predictions of images, and where an image supports a class. One function: a use case after the other over the same ports. */
export function predictionService(dependencies: ModelServiceDependencies) {
  const { store, files, models, packedImageFile, scratchDir } = dependencies

  /** The n-th worst mistake of a job's report: its place in the data set, and the checkpoint that made it. */
  async function worstMistake(caller: Caller, jobId: string, n: number) {
    const { dataset: id, datasetVersion } = await foundJob(store, caller.teamId, jobId)
    const report = (await store.report(caller.teamId, jobId)) as Report | undefined | null
    const mistake = report?.worst[n]
    if (!report || mistake === undefined)
      throw new AppError(
        'not_found',
        `Job ${jobId} has no mistake ${n}; its report lists ${report?.worst.length ?? 0}.`,
      )
    const kinds = await store.checkpoints(jobId)
    const used = requireFound(
      kinds.find(({ kind }) => kind === report.weights),
      `checkpoint ${report.weights} of job`,
      jobId,
    )
    return { ...mistake, split: report.split as Split, dataset: versionId(id, datasetVersion), checkpoint: used }
  }

  const predicted = (model: StoredModel, images: AsyncIterable<UploadedImage>, options: PredictOptions) =>
    withScratch(scratchDir, async (folder) => {
      const sources = await receivedImages(images, folder, MAX_IMAGES)
      const predictions = await withHeld(files, async (held) =>
        models.predict(await modelFile(held, model), sources, options),
      )
      return predictions.map((prediction, i) => ({ file: sources[i]?.name ?? '', ...prediction }))
    })
  const explained = (model: StoredModel, images: AsyncIterable<UploadedImage>, label?: string) =>
    withScratch(scratchDir, async (folder) => {
      const [image] = await receivedImages(images, folder, 1)
      return withHeld(files, async (held) => models.gradCam(await modelFile(held, model), image!, label))
    })

  return {
    worstMistake,
    async predict(caller: Caller, id: string, images: AsyncIterable<UploadedImage>, options: PredictOptions) {
      return predicted((await storedCheckpoint(dependencies, caller, id)).stored, images, options)
    },
    /** @param ref a model by its name, `NAME:VERSION` or `NAME@ALIAS` */
    async predictByName(caller: Caller, ref: string, images: AsyncIterable<UploadedImage>, options: PredictOptions) {
      const { stored, answering } = await namedVersion(dependencies, caller, ref)
      return { model: answering, data: await predicted(stored, images, options) }
    },
    async gradCam(caller: Caller, id: string, images: AsyncIterable<UploadedImage>, label?: string) {
      return explained((await storedCheckpoint(dependencies, caller, id)).stored, images, label)
    },
    async gradCamByName(caller: Caller, ref: string, images: AsyncIterable<UploadedImage>, label?: string) {
      const { stored, answering } = await namedVersion(dependencies, caller, ref)
      return { model: answering, ...(await explained(stored, images, label)) }
    },
    /** Where a mistake of a job's report supports a class: the predicted one, the true one, or another by name. */
    async worstGradCam(caller: Caller, jobId: string, n: number, label: string) {
      const mistake = await worstMistake(caller, jobId, n)
      const wanted = label === 'predicted' ? mistake.predicted : label === 'label' ? mistake.label : label
      const { stored } = await storedCheckpoint(dependencies, caller, mistake.checkpoint.id)
      const key = await packedKey(dependencies, caller, mistake.dataset)
      return withHeld(files, async (held) => {
        const packed = await held.folder(key, 'on-demand')
        const { split, index } = mistake
        return models.gradCam(await modelFile(held, stored), { packed, split, index }, wanted)
      })
    },
    /** An image of a data set, made when `read` is called; `version` is another one where its pixels may be. */
    async datasetImage(caller: Caller, id: string, { size, ...place }: DatasetImage) {
      const key = await packedKey(dependencies, caller, id)
      return {
        version: `${key}/${place.split}/${place.index}/${size ?? 'stored'}`,
        read: () => withHeld(files, async (held) => packedImageFile(await held.folder(key, 'on-demand'), place, size)),
      }
    },
  }
}

interface DatasetImage {
  split: Split | 'all'
  index: number
  /** Pixels of its longer side at most; absent: the image as it is stored. */
  size?: number | undefined
}
