import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { IngestReport } from '../job-spec/ingest-report.ts'
import { collect, type IngestProgress } from './ingest/collect.ts'
import { ImageStore } from './ingest/image-store.ts'
import { ImageTable } from './ingest/image-table.ts'
import { packImages } from './ingest/pack-images.ts'
import { pathOrder } from './ingest/path-order.ts'
import { place, type SplitChoices } from './ingest/place.ts'
import { ingestReport } from './ingest/report.ts'
import { Spool } from './ingest/spool.ts'
import { createLayoutScan } from './layout/scan.ts'
import { REPORT_FILE, type PackedManifest } from './packed.ts'
import { DEFAULT_LIMITS, type SourceLimits } from './source/budget.ts'
import { openSource } from './source/open-source.ts'

export interface IngestOptions extends SplitChoices {
  limits?: SourceLimits
  signal?: AbortSignal
  /** Draws the splits that the data set does not give. */
  seed?: number
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize?: number
  /** Images that have more bytes as pixels, all together, are stored as JPEG. */
  maxRawBytes?: number
  /** Bytes of a shard at most. */
  shardBytes?: number
  onProgress?: (progress: IngestProgress) => void
}

export interface Ingested {
  manifest: PackedManifest
  report: IngestReport
}

const WORKING_SIZE = 256

/**
 * Reads a data set, checks and decodes every image, draws missing splits, and packs it into `outDir`, which must not exist. Images that
 * do not decode are set aside and listed; whatever fails leaves nothing behind.
 * @throws AppError `archive_*`, `dataset_*` or `split_leakage`.
 */
export async function ingest(source: string, outDir: string, options: IngestOptions = {}): Promise<Ingested> {
  await mkdir(dirname(outDir), { recursive: true })
  const work = await mkdtemp(`${outDir}.partial-`)
  try {
    const result = await pack(source, work, options)
    options.signal?.throwIfAborted()
    await rename(work, outDir)
    return result
  } catch (error) {
    await rm(work, { recursive: true, force: true })
    throw error
  }
}

async function pack(path: string, folder: string, options: IngestOptions): Promise<Ingested> {
  const { limits = DEFAULT_LIMITS, workingSize = WORKING_SIZE, seed = 0, shardBytes, maxRawBytes } = options
  const source = await openSource(path, limits)
  const table = new ImageTable(folder)
  const late = new Spool(join(folder, 'late.tmp'))
  const store = new ImageStore(table, { folder, budget: source.budget, shardBytes, maxRawBytes })
  const scan = createLayoutScan()
  try {
    const { signal, onProgress } = options
    const { files, problems } = await collect(source, { table, store, late, scan, workingSize, signal, onProgress })
    const { groupBy, leakage, nearDuplicates } = options
    const layout = scan.finish({ groupBy, leakage })
    const order = pathOrder(table, folder)
    const placed = place(table, { layout, order, problems, seed, limits, leakage, nearDuplicates })
    const packed = packImages(folder, { table, placed, store, late, workingSize })
    const report = ingestReport({ files, problems, placed, log: source.log, ...packed })
    await writeFile(join(folder, REPORT_FILE), JSON.stringify(report))
    return { manifest: packed.manifest, report }
  } finally {
    store.close()
    late.close()
    table.close()
  }
}
