import { availableParallelism } from 'node:os'
import { AppError } from '../../errors.ts'
import type { Source } from '../source/open-source.ts'
import { printable } from '../text.ts'
import type { SourceEntry } from '../source/source-entry.ts'
import type { DecodedBatch } from './batch.ts'
import { BATCH_MEMORY_BYTES, BatchBuilder, type BatchFile } from './batch-builder.ts'
import { DecodePool } from './decode-pool.ts'
import type { LayoutScan } from '../layout/scan.ts'
import { storeBatch, type BatchTarget } from './store-batch.ts'

const FILES_PER_PROGRESS = 100
const FIRST_BATCH_FILES = 16
const MIN_BATCH_FILES = 8
const MAX_BATCH_FILES = 128
/** Bytes that a batch should have once it is decoded, about. */
const DECODED_BATCH_BYTES = 4e6
/** Bytes of files that are being decoded, or wait for it. */
const MAX_BYTES_IN_FLIGHT = 64e6
const BATCHES_PER_THREAD = 3

/** How far an ingest is. */
export interface IngestProgress {
  files: number
  images: number
  /** Bytes of the source that were read. */
  bytes: number
  /** Of the source, 0 to 1. */
  fraction: number
}

export interface CollectOptions extends Omit<BatchTarget, 'source'> {
  scan: LayoutScan
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize: number
  signal?: AbortSignal | undefined
  onProgress?: ((progress: IngestProgress) => void) | undefined
}

/**
 * Reads every entry of a source once, decodes images on all cores, and stores them in the order of the source.
 * @returns the number of files
 * @throws AppError `dataset_empty` when none can be decoded
 */
export async function collect(source: Source, options: CollectOptions): Promise<number> {
  const collector = new Collector(source, options)
  try {
    for await (const entries of source.entries(options.signal)) {
      for (const entry of entries) collector.take(entry)
      await collector.keepBounds()
    }
    return await collector.finish()
  } finally {
    await collector.close()
  }
}

/** A batch that is being decoded. */
interface Sent {
  files: readonly BatchFile[]
  bytes: number
  memory: BatchBuilder['memory']
  decoded: Promise<DecodedBatch>
}

class Collector {
  private files = 0
  private readonly source: Source
  private readonly options: CollectOptions
  private readonly threads = availableParallelism()
  private readonly pool = new DecodePool(this.threads)
  private batch = new BatchBuilder(FIRST_BATCH_FILES)
  private readonly queue: Sent[] = []
  /** Of batches that are decoded. */
  private readonly freeMemory: BatchBuilder['memory'][] = []
  private bytesInFlight = 0
  private reported = 0
  private batchFiles = FIRST_BATCH_FILES
  /** Images in the table before the source's. */
  private readonly before: number

  constructor(source: Source, options: CollectOptions) {
    this.source = source
    this.options = options
    this.before = options.table.length
  }

  take(entry: SourceEntry): void {
    const { scan } = this.options
    if (entry.kind === 'folder') return scan.folder(entry.path)
    if (entry.kind === 'table' && scan.table(entry.path, entry.data)) return
    this.files++
    if (entry.kind === 'table') this.source.log.ignore(entry.path)
    if (entry.kind !== 'image' && entry.kind !== 'broken') return
    scan.image(entry.path)
    if (!this.batch.hasRoom(entry)) this.send()
    this.batch.add(entry)
  }

  /** Waits for batches while too much is under way. */
  async keepBounds(): Promise<void> {
    while (this.queue.length > this.threads * BATCHES_PER_THREAD || this.bytesInFlight > MAX_BYTES_IN_FLIGHT)
      await this.store()
  }

  async finish(): Promise<number> {
    this.send()
    while (this.queue.length > 0) await this.store()
    this.report()
    if (this.options.table.length > this.before) return this.files
    const [first] = this.options.problems.first
    throw new AppError(
      'dataset_empty',
      `The data set holds no images${first === undefined ? `: ${this.source.log.explainEmpty()}.` : `; ${printable(first.file)}: ${first.detail}`}`,
    )
  }

  async close(): Promise<void> {
    // What is still being decoded has no one to report to.
    const ended = this.queue.map(({ decoded }) => decoded.catch(() => undefined))
    await this.pool.close()
    await Promise.all(ended)
  }

  private send(): void {
    if (this.batch.isEmpty) return
    const { limits } = this.source.budget
    const { workingSize, store } = this.options
    const { files, bytes, memory } = this.batch
    const keptPixels = limits.aspectRatio * workingSize ** 2
    const decoded = this.pool.decode({
      ...this.batch.encoded(),
      fileBytes: limits.fileBytes,
      options: { pixels: limits.pixels, shorterSide: workingSize, keptPixels },
      codec: store.storage,
    })
    this.queue.push({ files, bytes, memory, decoded })
    this.bytesInFlight += bytes
    this.batch = new BatchBuilder(this.batchFiles, this.freeMemory.pop())
  }

  private async store(): Promise<void> {
    const next = this.queue.shift()
    if (next === undefined) return
    const decoded = await next.decoded
    this.bytesInFlight -= next.bytes
    if (next.memory.byteLength === BATCH_MEMORY_BYTES) this.freeMemory.push(next.memory)
    storeBatch(next.files, decoded, { ...this.options, source: this.source })
    const perFile = Math.max(1, decoded.used / next.files.length)
    this.batchFiles = Math.min(MAX_BATCH_FILES, Math.max(MIN_BATCH_FILES, Math.round(DECODED_BATCH_BYTES / perFile)))
    this.pool.recycle(decoded)
    if (this.files - this.reported >= FILES_PER_PROGRESS) this.report()
  }

  private report(): void {
    this.reported = this.files
    this.options.onProgress?.({ files: this.files, images: this.options.table.length, ...this.source.progress })
  }
}
