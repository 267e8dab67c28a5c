import { parentPort, workerData } from 'node:worker_threads'
import { imageViews, type ImagePipeline } from './batch.ts'
import { pixelReader, type PixelSource } from './open.ts'
import { imageVariants } from './variants.ts'

/** What a loader thread is started with; the slots' memory is shared with the main thread. */
export interface LoaderThreadData {
  source: PixelSource
  /** Channels of the stored images. */
  channels: number
  pipeline: ImagePipeline
  /** uint8 [slots, views, batch, size, size, channels]. */
  pixels: SharedArrayBuffer
  /** One a slot: 0 empty, 1 ready, 2 failed. */
  states: SharedArrayBuffer
  /** UTF-8 text of a failure, its length in the first four bytes. */
  failure: SharedArrayBuffer
  batchSize: number
}

/** One batch to make: where each image lies, in `locations` as (offset, width, height). */
export interface LoaderTask {
  slot: number
  epoch: number
  position: number
  locations: Float64Array
}

interface Tools {
  read: ReturnType<typeof pixelReader>
  transform: ReturnType<typeof imageViews>
}

const { source, channels, pipeline, pixels, states, failure, batchSize } = workerData as LoaderThreadData
const state = new Int32Array(states)
const imageBytes = pipeline.size * pipeline.size * pipeline.channels
const slotBytes = (pipeline.views ?? 1) * batchSize * imageBytes

const open = (): Tools => ({
  read: pixelReader(source),
  transform: pipeline.variants === undefined ? imageViews(pipeline) : imageVariants(pipeline, pipeline.variants),
})
let tools: Tools | undefined

parentPort?.on('message', ({ slot, epoch, position, locations }: LoaderTask) => {
  try {
    // Opened here, not at the start: a thread that fails before it listens would leave the main thread waiting.
    const { read, transform } = (tools ??= open())
    const target = new Uint8Array(pixels, slot * slotBytes, slotBytes)
    for (let i = 0; i * 3 < locations.length; i++) {
      const [offset = 0, width = 0, height = 0] = locations.subarray(i * 3, i * 3 + 3)
      const data = read(offset, width * height * channels)
      const views = transform({ data, width, height, channels }, epoch, position + i)
      for (const [view, made] of views.entries()) target.set(made.data, (view * batchSize + i) * imageBytes)
    }
    Atomics.store(state, slot, 1)
  } catch (error) {
    const text = new TextEncoder()
      .encode(error instanceof Error ? error.message : String(error))
      .subarray(0, failure.byteLength - 4)
    new Uint8Array(failure, 4).set(text)
    Atomics.store(new Int32Array(failure, 0, 1), 0, text.byteLength)
    Atomics.store(state, slot, 2)
  }
  Atomics.notify(state, slot)
})
