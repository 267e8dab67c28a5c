import { parentPort } from 'node:worker_threads'
import { imageViews, type ImagePipeline } from './batch.ts'
import { imageReader, type ImageReader, type ImageSource } from './packed/image-source.ts'
import { readPlace, VALUES_PER_PLACE } from './loader-place.ts'
import { imageVariants } from './variants.ts'

/** What the threads of one loader share; the slots' memory is that of the main thread. */
export interface LoaderThreadData {
  source: ImageSource
  pipeline: ImagePipeline
  /** uint8 [slots, views, batch, size, size, channels]. */
  pixels: SharedArrayBuffer
  /** One a slot: 0 empty, 1 ready, 2 failed. One more behind them is 1 once the loader is closed. */
  states: SharedArrayBuffer
  /** UTF-8 text of a failure, its length in the first four bytes. */
  failure: SharedArrayBuffer
  batchSize: number
  /** The place in its batch of each image; absent: a batch is whole. */
  places?: Int32Array
}

/** One batch to make: where each image is stored, in `locations` as `writePlace` writes it. */
export interface LoaderTask {
  slot: number
  epoch: number
  position: number
  locations: Float64Array
}

/** A thread serves one loader after another: it is told of one, given tasks, and told that it is closed. */
export type LoaderMessage =
  { kind: 'open'; data: LoaderThreadData } | { kind: 'task'; task: LoaderTask } | { kind: 'close' }

/** The work of one loader in this thread. */
class LoaderWork {
  private readonly data: LoaderThreadData
  private readonly state: Int32Array
  private reader: ImageReader | undefined
  private transform: ReturnType<typeof imageViews> | undefined

  constructor(data: LoaderThreadData) {
    this.data = data
    this.state = new Int32Array(data.states)
  }

  run(task: LoaderTask): void {
    if (this.isClosed()) return
    try {
      this.make(task)
      Atomics.store(this.state, task.slot, 1)
    } catch (error) {
      this.fail(error)
      Atomics.store(this.state, task.slot, 2)
    }
    Atomics.notify(this.state, task.slot)
  }

  close(): void {
    this.reader?.close()
  }

  private isClosed(): boolean {
    return Atomics.load(this.state, this.state.length - 1) === 1
  }

  private make({ slot, epoch, position, locations }: LoaderTask): void {
    const { source, pipeline, pixels, batchSize, places } = this.data
    const imageBytes = pipeline.size * pipeline.size * pipeline.channels
    const slotBytes = (pipeline.views ?? 1) * batchSize * imageBytes
    // Opened at the first task, so that a failure is that of a batch.
    this.reader ??= imageReader(source, pipeline.background)
    this.transform ??=
      pipeline.variants === undefined ? imageViews(pipeline) : imageVariants(pipeline, pipeline.variants)
    const target = new Uint8Array(pixels, slot * slotBytes, slotBytes)
    for (let i = 0; i * VALUES_PER_PLACE < locations.length && !this.isClosed(); i++) {
      const views = this.transform(this.reader.read(readPlace(locations, i)), epoch, position + (places?.[i] ?? i))
      for (const [view, made] of views.entries()) target.set(made.data, (view * batchSize + i) * imageBytes)
    }
  }

  private fail(error: unknown): void {
    const { failure } = this.data
    const text = new TextEncoder()
      .encode(error instanceof Error ? error.message : String(error))
      .subarray(0, failure.byteLength - 4)
    new Uint8Array(failure, 4).set(text)
    Atomics.store(new Int32Array(failure, 0, 1), 0, text.byteLength)
  }
}

let work: LoaderWork | undefined

parentPort?.on('message', (message: LoaderMessage) => {
  if (message.kind === 'task') {
    work?.run(message.task)
    return
  }
  work?.close()
  work = message.kind === 'open' ? new LoaderWork(message.data) : undefined
})
