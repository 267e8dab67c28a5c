import { AppError } from '../errors.ts'
import type { ImagePipeline } from './batch.ts'
import type { LoaderTask, LoaderThreadData } from './loader-thread.ts'
import { openLoaderThread } from './loader-threads.ts'
import { VALUES_PER_PLACE, writePlace } from './loader-place.ts'
import type { PackedDataset } from './packed.ts'
import { imageSource, type ImageSource } from './packed/image-source.ts'
import type { Split } from '../job-spec/splits.ts'

export interface Batch {
  /** Images in the batch; less than the batch size only at the end of an evaluation. */
  count: number
  /** uint8 [views · batch size, size, size, channels], one view of all images after another, valid until the next batch is taken. */
  pixels: Uint8Array
  /** Of each image: 1, or the clean one and two that are augmented. */
  views: 1 | 3
  /** float32 [batch size, width] in place of pixels, where a frozen trunk's features are known. */
  features?: Float32Array
  labels: Int32Array
  /** Places of the images in their split. */
  indices: Int32Array
}

export interface LoaderOptions {
  dataset: PackedDataset
  split: Split
  batchSize: number
  pipeline: ImagePipeline
  threads: number
  /** The places of the images of each batch from `firstBatch` on; undefined ends the run. */
  batches: (batch: number) => { epoch: number; position: number; indices: Int32Array } | undefined
  firstBatch: number
  /** The place in its batch of each image, which names its random draws; absent: a batch is whole. */
  places?: Int32Array | undefined
  /** Shared with other loaders of the same data set. */
  pixels?: ImageSource
}

/** Makes batches ahead of the training step on other threads. */
export interface Loader {
  /** The next batch, or undefined at the end; blocks only when the threads are behind. */
  next(): Batch | undefined
  /** Milliseconds spent blocked in `next` so far. */
  waitedMs(): number
  close(): void
}

const SLOTS = 6
const FAILURE_BYTES = 4096
const MAX_WAIT_MS = 120_000

/**
 * Opens the threads; batches are the same whatever their number. One function: slots, planned batches and counters are shared by all of it.
 */
export function createLoader({
  dataset,
  split,
  batchSize,
  pipeline,
  threads,
  batches,
  firstBatch,
  places,
  pixels,
}: LoaderOptions): Loader {
  const { size, channels, views = 1 } = pipeline
  const slotBytes = views * batchSize * size ** 2 * channels
  const labels = dataset.labels(split)
  const shared: LoaderThreadData = {
    source: pixels ?? imageSource(dataset),
    pipeline,
    pixels: new SharedArrayBuffer(SLOTS * slotBytes),
    states: new SharedArrayBuffer((SLOTS + 1) * 4),
    failure: new SharedArrayBuffer(FAILURE_BYTES),
    batchSize,
    ...(places === undefined ? {} : { places }),
  }
  const states = new Int32Array(shared.states)
  const opened = Array.from({ length: threads }, () => openLoaderThread(shared))
  const planned = new Map<number, Int32Array>()
  let asked = firstBatch
  let taken = firstBatch
  let waited = 0

  const ask = (): void => {
    const plan = batches(asked)
    if (plan === undefined) return
    const locations = new Float64Array(plan.indices.length * VALUES_PER_PLACE)
    plan.indices.forEach((index, i) => {
      writePlace(locations, i, dataset.location(split, index))
    })
    const task: LoaderTask = { slot: asked % SLOTS, epoch: plan.epoch, position: plan.position, locations }
    Atomics.store(states, task.slot, 0)
    planned.set(asked, plan.indices)
    opened[asked % threads]?.send({ kind: 'task', task })
    asked++
  }
  for (let i = 0; i < SLOTS - 1; i++) ask()

  return {
    next() {
      const indices = planned.get(taken)
      if (indices === undefined) return undefined
      planned.delete(taken)
      const slot = taken % SLOTS
      const start = performance.now()
      if (Atomics.load(states, slot) === 0 && Atomics.wait(states, slot, 0, MAX_WAIT_MS) === 'timed-out')
        throw new AppError('internal', `A loader thread made no batch in ${MAX_WAIT_MS / 1000} s.`)
      waited += performance.now() - start
      if (Atomics.load(states, slot) === 2)
        throw new AppError('dataset_corrupt', `A batch cannot be made: ${failureText(shared.failure)}.`)
      taken++
      ask()
      return {
        count: indices.length,
        pixels: new Uint8Array(shared.pixels, slot * slotBytes, slotBytes),
        views,
        labels: indices.map((index) => labels[index] ?? 0),
        indices,
      }
    },
    waitedMs: () => waited,
    close() {
      if (Atomics.exchange(states, SLOTS, 1) === 0) for (const thread of opened) thread.close()
    },
  }
}

function failureText(failure: SharedArrayBuffer): string {
  const length = new Int32Array(failure, 0, 1)[0] ?? 0
  return new TextDecoder().decode(new Uint8Array(failure, 4, length).slice())
}
