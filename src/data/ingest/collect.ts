import { availableParallelism } from 'node:os'
import { AppError } from '../../errors.ts'
import type { Source } from '../source/open-source.ts'
import { printable } from '../text.ts'
import { batchImage, type DecodedBatch } from './decode-batch.ts'
import { DecodePool } from './decode-pool.ts'
import type { ImageStore } from './image-store.ts'
import type { ImageTable } from './image-table.ts'
import type { LayoutScan } from '../layout/scan.ts'
import type { Listed, Problem } from './problems.ts'
import type { Spool } from './spool.ts'

const MAX_DETAIL = 500
const FILES_PER_PROGRESS = 100
const MAX_BATCH_FILES = 64
const MAX_BATCH_BYTES = 1 << 19
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

export interface CollectOptions {
  table: ImageTable
  store: ImageStore
  /** For images that are stored last. */
  late: Spool
  scan: LayoutScan
  /** Files that are set aside are added. */
  problems: Listed<Problem>
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize: number
  signal?: AbortSignal | undefined
  onProgress?: ((progress: IngestProgress) => void) | undefined
}

/** One file of a batch: its bytes, or why it is not read. */
type BatchEntry = { path: string } & ({ data: Buffer } | { problem: AppError })

/**
 * Reads every entry of a source once, decodes images on all cores, and stores them in the order of the source.
 * @returns the number of files
 * @throws AppError `dataset_empty` when none can be decoded
 */
export async function collect(source: Source, options: CollectOptions): Promise<number> {
  const collector = new Collector(source, options)
  try {
    for await (const entry of source.entries(options.signal)) {
      if (entry.kind === 'folder') options.scan.folder(entry.path)
      else if (entry.kind === 'table') collector.addTable(entry.path, entry.data)
      else if (entry.kind === 'image') await collector.add({ path: entry.path, data: entry.data })
      else if (entry.kind === 'broken') await collector.add({ path: entry.path, problem: entry.problem })
      else collector.files++
    }
    return await collector.finish()
  } finally {
    await collector.close()
  }
}

class Collector {
  files = 0
  private readonly source: Source
  private readonly options: CollectOptions
  private readonly threads = availableParallelism()
  private readonly pool = new DecodePool(this.threads)
  private batch: BatchEntry[] = []
  private batchBytes = 0
  private readonly queue: { entries: BatchEntry[]; bytes: number; decoded: Promise<DecodedBatch> }[] = []
  private bytesInFlight = 0
  private reported = 0
  /** Images in the table before the source's. */
  private readonly before: number

  constructor(source: Source, options: CollectOptions) {
    this.source = source
    this.options = options
    this.before = options.table.length
  }

  addTable(path: string, data: Buffer): void {
    if (this.options.scan.table(path, data)) return
    this.files++
    this.source.log.ignore(path)
  }

  async add(entry: BatchEntry): Promise<void> {
    this.files++
    this.options.scan.image(entry.path)
    this.batch.push(entry)
    if ('data' in entry) this.batchBytes += entry.data.byteLength
    if (this.batch.length < MAX_BATCH_FILES && this.batchBytes < MAX_BATCH_BYTES) return
    this.send()
    while (this.queue.length > this.threads * BATCHES_PER_THREAD || this.bytesInFlight > MAX_BYTES_IN_FLIGHT)
      await this.take()
  }

  async finish(): Promise<number> {
    this.send()
    while (this.queue.length > 0) await this.take()
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
    for (const { decoded } of this.queue) decoded.catch(() => undefined)
    await this.pool.close()
  }

  private send(): void {
    if (this.batch.length === 0) return
    const { limits } = this.source.budget
    const { workingSize, store } = this.options
    const lengths = Uint32Array.from(this.batch, (entry) => ('data' in entry ? entry.data.byteLength : 0))
    const bytes = new Uint8Array(this.batchBytes)
    let at = 0
    for (const entry of this.batch) {
      if (!('data' in entry)) continue
      bytes.set(entry.data, at)
      at += entry.data.byteLength
    }
    const keptPixels = limits.aspectRatio * workingSize ** 2
    const decoded = this.pool.decode({
      bytes,
      lengths,
      options: { pixels: limits.pixels, shorterSide: workingSize, keptPixels },
      codec: store.storage,
    })
    // The paths alone: the bytes were copied.
    const entries = this.batch.map((entry) => ('problem' in entry ? entry : { path: entry.path, data: NOTHING }))
    this.queue.push({ entries, bytes: this.batchBytes, decoded })
    this.bytesInFlight += this.batchBytes
    this.batch = []
    this.batchBytes = 0
  }

  private async take(): Promise<void> {
    const next = this.queue.shift()
    if (next === undefined) return
    const decoded = await next.decoded
    this.bytesInFlight -= next.bytes
    const problems = new Map(decoded.problems.map((problem) => [problem.place, problem]))
    for (const [place, entry] of next.entries.entries()) {
      if ('problem' in entry) this.setAside(entry.path, entry.problem)
      else {
        const problem = problems.get(place)
        if (problem === undefined) this.keep(entry.path, decoded, place)
        else this.setAside(entry.path, problem)
      }
    }
    if (this.files - this.reported >= FILES_PER_PROGRESS) this.report()
  }

  private setAside(file: string, { code, message }: { code: string; message: string }): void {
    this.options.problems.add({ file, code, detail: printable(message, MAX_DETAIL) })
  }

  private keep(path: string, decoded: DecodedBatch, place: number): void {
    const { table, store, late } = this.options
    const image = batchImage(decoded, place)
    if (image === undefined) throw new AppError('internal', `Nothing was made of ${printable(path)}.`)
    const i = table.length
    const waits = image.channels % 2 === 0 || image.depth !== 'uint8'
    table.add(path, image, waits ? late.append(image.bytes) : 0)
    if (waits) this.source.budget.pack(image.bytes.byteLength)
    else if (image.codec === 'jpeg') store.addJpeg(i, image.bytes, image.channels)
    else store.add(i, { ...image, data: image.bytes })
  }

  private report(): void {
    this.reported = this.files
    this.options.onProgress?.({ files: this.files, images: this.options.table.length, ...this.source.progress })
  }
}

const NOTHING = Buffer.alloc(0)
