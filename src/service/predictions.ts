import { AppError } from '../errors.ts'
import type { Report } from '../evaluation/report.ts'
import { versionId } from './dataset-ref.ts'
import type { ModelServiceDependencies } from './dependencies.ts'
import { requireFound, foundJob } from './require-found.ts'
import { checkpointFile, packedFolder } from './model-files.ts'
import { namedVersion } from './model-version.ts'
import type { Caller } from './ports/caller.ts'
import type { Split } from '../job-spec/splits.ts'
import type { ModelFile } from './ports/models.ts'
import type { PredictOptions } from './ports/predictions.ts'
import { MAX_IMAGES, receivedImages, type UploadedImage } from './received-images.ts'
import { withScratch } from './scratch.ts'

/** Predictions of images, and where an image supports a class. */
export function predictionService(dependencies: ModelServiceDependencies) {
  const { store, models, packedImageFile, scratchDir } = dependencies

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

  const predicted = (file: ModelFile, images: AsyncIterable<UploadedImage>, options: PredictOptions) =>
    withScratch(scratchDir, async (folder) => {
      const sources = await receivedImages(images, folder, MAX_IMAGES)
      const predictions = await models.predict(file, sources, options)
      return predictions.map((prediction, i) => ({ file: sources[i]?.name ?? '', ...prediction }))
    })
  const explained = (file: ModelFile, images: AsyncIterable<UploadedImage>, label?: string) =>
    withScratch(scratchDir, async (folder) => {
      const [image] = await receivedImages(images, folder, 1)
      return models.gradCam(file, image!, label)
    })

  return {
    worstMistake,
    async predict(caller: Caller, id: string, images: AsyncIterable<UploadedImage>, options: PredictOptions) {
      return predicted((await checkpointFile(dependencies, caller, id)).file, images, options)
    },
    /** @param ref a model by its name, `NAME:VERSION` or `NAME@ALIAS` */
    async predictByName(caller: Caller, ref: string, images: AsyncIterable<UploadedImage>, options: PredictOptions) {
      const { file, answering } = await namedVersion(dependencies, caller, ref)
      return { model: answering, data: await predicted(file, images, options) }
    },
    async gradCam(caller: Caller, id: string, images: AsyncIterable<UploadedImage>, label?: string) {
      return explained((await checkpointFile(dependencies, caller, id)).file, images, label)
    },
    async gradCamByName(caller: Caller, ref: string, images: AsyncIterable<UploadedImage>, label?: string) {
      const { file, answering } = await namedVersion(dependencies, caller, ref)
      return { model: answering, ...(await explained(file, images, label)) }
    },
    /** Where a mistake of a job's report supports a class: the predicted one, the true one, or another by name. */
    async worstGradCam(caller: Caller, jobId: string, n: number, label: string) {
      const mistake = await worstMistake(caller, jobId, n)
      const wanted = label === 'predicted' ? mistake.predicted : label === 'label' ? mistake.label : label
      const [{ file }, directory] = [
        await checkpointFile(dependencies, caller, mistake.checkpoint.id),
        await packedFolder(dependencies, caller, mistake.dataset),
      ]
      return models.gradCam(file, { packed: directory, split: mistake.split, index: mistake.index }, wanted)
    },
    /** An image of a data set, made when `read` is called; `version` is another one where its pixels may be. */
    async datasetImage(caller: Caller, id: string, { size, ...place }: DatasetImage) {
      const directory = await packedFolder(dependencies, caller, id)
      return {
        version: `${directory}/${place.split}/${place.index}/${size ?? 'stored'}`,
        read: () => packedImageFile(directory, place, size),
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
