import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { IngestReport } from '../job-spec/ingest-report.ts'
import { unifyChannels } from './ingest/channels.ts'
import { collect, type IngestProgress } from './ingest/collect.ts'
import { place, type PlaceOptions } from './ingest/place.ts'
import { writePacked } from './ingest/write-packed.ts'
import { PIXELS_FILE, type PackedManifest } from './packed.ts'
import { DEFAULT_LIMITS, type SourceLimits } from './source/budget.ts'
import { openSource } from './source/open-source.ts'

export interface IngestOptions extends Omit<PlaceOptions, 'seed'> {
  limits?: SourceLimits
  signal?: AbortSignal
  /** Draws the splits that the data set does not give. */
  seed?: number
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize?: number
  onProgress?: (progress: IngestProgress) => void
}

export interface Ingested {
  manifest: PackedManifest
  report: IngestReport
}

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

async function pack(source: string, work: string, options: IngestOptions): Promise<Ingested> {
  const limits = options.limits ?? DEFAULT_LIMITS
  const workingSize = options.workingSize ?? 256
  const pixels = await open(join(work, PIXELS_FILE), 'w+')
  try {
    const opened = await openSource(source, limits)
    const { budget, log } = opened
    const collected = await collect(opened, pixels, { ...options, workingSize })
    const placed = place(collected, { ...options, seed: options.seed ?? 0 }, limits)
    const channels = placed.images.every((image) => image.channels === 1) ? 1 : 3
    const images = await unifyChannels(placed.images, pixels, { channels, budget })
    return await writePacked(work, pixels, { ...placed, images, channels, workingSize, files: collected.files, log })
  } finally {
    await pixels.close()
  }
}
