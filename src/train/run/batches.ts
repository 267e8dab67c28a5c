import { createLoader, type Loader, type LoaderOptions } from '../../data/loader.ts'
import type { imageSource } from '../../data/packed/image-source.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { ModelInput } from '../net/model-input.ts'
import { rngFor } from '../../zoo/rng.ts'
import { samplers } from '../../zoo/sampling/registry.ts'
import { lookUp } from '../../zoo/look-up.ts'

const SAMPLING_STREAM = 3
const AUGMENT_STREAM = 4

/**
 * The order of the training images in each epoch.
 * @param firstEpoch epochs of the run before this one, which give its random streams their names.
 * @param epochs epochs that there are, as far as is known.
 */
export function epochOrders(
  spec: ResolvedSpec,
  dataset: PackedDataset,
  { firstEpoch = 0, epochs = () => Infinity }: { firstEpoch?: number; epochs?: () => number } = {},
): (epoch: number) => Int32Array {
  const { name, ...options } = spec.sampling
  const component = lookUp(samplers, name)
  const order = component.create(options, { labels: dataset.labels('train'), classes: dataset.manifest.classes.length })
  let cached: { epoch: number; order: Int32Array } | undefined
  return (epoch) => {
    if (cached?.epoch !== epoch)
      cached = {
        epoch,
        order: order({ index: epoch, total: epochs() }, rngFor(spec.seed, SAMPLING_STREAM, firstEpoch + epoch)),
      }
    return cached.order
  }
}

export interface TrainingLoader {
  pixels: ReturnType<typeof imageSource>
  sampler: (epoch: number) => Int32Array
  stepsPerEpoch: number
  totalSteps: number
  startStep: number
  threads: number
  input: Pick<ModelInput, 'channels' | 'background'>
  /** What the loss takes; 1 where it is absent. */
  views?: 1 | 3
  /** Epochs of the run before this one, which give its random streams their names. */
  firstEpoch?: number
  /** Of the training images, where the trunk is frozen: batches are then made from them. */
  features?: { values: Float32Array; width: number } | undefined
  /** The places in a batch whose images are loaded; absent: all. */
  places?: Int32Array | undefined
}

/** Batches of training images, augmented as the spec says. */
export function trainingLoader(
  spec: ResolvedSpec,
  dataset: PackedDataset,
  {
    pixels,
    sampler,
    stepsPerEpoch,
    totalSteps,
    startStep,
    threads,
    input: { channels, background },
    views = 1,
    firstEpoch = 0,
    features,
    places,
  }: TrainingLoader,
): Loader {
  const order = {
    dataset,
    batchSize: places?.length ?? spec.batchSize,
    places,
    firstBatch: startStep,
    split: 'train' as const,
    batches: (step: number) => {
      if (step >= totalSteps) return undefined
      const epoch = Math.floor(step / stepsPerEpoch)
      const position = (step % stepsPerEpoch) * spec.batchSize
      const batch = sampler(epoch).slice(position, position + spec.batchSize)
      return { epoch: firstEpoch + epoch, position, indices: places?.map((place) => batch[place]!) ?? batch }
    },
  } satisfies Partial<LoaderOptions>
  if (features !== undefined) return featureLoader(features.values, features.width, order)
  return createLoader({
    ...order,
    pixels,
    threads,
    pipeline: {
      size: spec.image.size,
      channels,
      background,
      seed: spec.seed + AUGMENT_STREAM,
      augment: spec.augment,
      views,
    },
  })
}

/** Batches of features, in the order in which a loader would make those of images. */
function featureLoader(
  features: Float32Array,
  width: number,
  {
    dataset,
    split,
    batchSize,
    batches,
    firstBatch,
  }: Pick<LoaderOptions, 'dataset' | 'split' | 'batchSize' | 'batches' | 'firstBatch'>,
): Loader {
  const labels = dataset.labels(split)
  const rows = new Float32Array(batchSize * width)
  let next = firstBatch
  return {
    next() {
      const plan = batches(next++)
      if (plan === undefined) return undefined
      const { indices } = plan
      indices.forEach((index, i) => {
        rows.set(features.subarray(index * width, (index + 1) * width), i * width)
      })
      return {
        count: indices.length,
        pixels: new Uint8Array(0),
        views: 1,
        features: rows,
        indices,
        labels: indices.map((index) => labels[index] ?? 0),
      }
    },
    waitedMs: () => 0,
    close: () => undefined,
  }
}
