import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import type { RasterImage } from '../../zoo/raster-image.ts'
import { decodeImage } from '../decode.ts'
import { createLayoutScan, type LayoutScan } from '../layout/scan.ts'
import { perceptualHash } from '../perceptual-hash.ts'
import type { SourceLimits } from '../source/budget.ts'
import type { Source } from '../source/open-source.ts'
import { printable } from '../text.ts'
import { Appender } from './appender.ts'

/** An image whose pixels are in the file of packed pixels. */
export interface PackedImage {
  path: string
  hash: string
  perceptual: bigint
  offset: number
  width: number
  height: number
  channels: number
}

/** Why an image was set aside. */
export interface Problem {
  file: string
  code: string
  detail: string
}

const CONCURRENT_DECODES = 16
const FILES_PER_PROGRESS = 100
const MIN_SIDE = 4

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
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize: number
  signal?: AbortSignal
  onProgress?: (progress: IngestProgress) => void
}

export interface Collected {
  files: number
  images: PackedImage[]
  problems: Problem[]
  layout: LayoutScan
}

/** Decodes on sharp's threads, a few images at a time, and appends pixels in the order of the source. */
export async function collect(
  source: Source,
  pixels: FileHandle,
  { workingSize, signal, onProgress }: CollectOptions,
): Promise<Collected> {
  const result: Collected = { files: 0, images: [], problems: [], layout: createLayoutScan() }
  const { budget, progress, log } = source
  const writer = new Appender(pixels, budget)
  const report = (): void => onProgress?.({ files: result.files, images: result.images.length, ...progress })
  const queue: { path: string; image: Promise<RasterImage | AppError> }[] = []
  const take = async (): Promise<void> => {
    const next = queue.shift()
    if (next === undefined) return
    const image = await next.image
    if (image instanceof AppError)
      result.problems.push({ file: next.path, code: image.code, detail: printable(image.message, 500) })
    else
      result.images.push({
        path: next.path,
        hash: pixelHash(image),
        perceptual: perceptualHash(image),
        offset: await writer.append(image.data),
        ...sizeOf(image),
      })
    if (result.files % FILES_PER_PROGRESS === 0) report()
  }
  for await (const entry of source.entries(signal)) {
    if (entry.kind === 'folder') {
      result.layout.folder(entry.path)
      continue
    }
    if (entry.kind === 'table' && result.layout.table(entry.path, entry.data)) continue
    if (entry.kind === 'image' || entry.kind === 'broken') result.layout.image(entry.path)
    result.files++
    if (entry.kind === 'broken') queue.push({ path: entry.path, image: Promise.resolve(entry.problem) })
    else if (entry.kind === 'image')
      queue.push({ path: entry.path, image: decoded(entry.data, budget.limits, workingSize) })
    else if (entry.kind === 'table') log.ignore(entry.path)
    if (queue.length >= CONCURRENT_DECODES) await take()
  }
  while (queue.length > 0) await take()
  await writer.flush()
  report()
  if (result.images.length === 0) {
    const first = result.problems[0]
    throw new AppError(
      'dataset_empty',
      `The data set holds no images${first === undefined ? `: ${log.explainEmpty()}.` : `; ${printable(first.file)}: ${first.detail}`}`,
    )
  }
  return result
}

async function decoded(file: Buffer, limits: SourceLimits, shorterSide: number): Promise<RasterImage | AppError> {
  try {
    const keptPixels = limits.aspectRatio * shorterSide ** 2
    const image = await decodeImage(file, { pixels: limits.pixels, shorterSide, keptPixels })
    if (Math.min(image.width, image.height) < MIN_SIDE)
      return new AppError(
        'image_too_small',
        `The image is ${image.width}×${image.height}; at least ${MIN_SIDE}×${MIN_SIDE} pixels are needed.`,
      )
    return image
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

function pixelHash({ data, width, height, channels }: RasterImage): string {
  return createHash('sha256').update(`${width}x${height}x${channels}:`).update(data).digest('hex')
}

function sizeOf({ width, height, channels }: RasterImage): { width: number; height: number; channels: number } {
  return { width, height, channels }
}
