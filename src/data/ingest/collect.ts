import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { decodeImage } from '../decode/decode.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { LayoutScan } from '../layout/scan.ts'
import { flatten } from '../flatten.ts'
import { perceptualHash } from '../splits/perceptual-hash.ts'
import type { SourceLimits } from '../source/budget.ts'
import type { Source } from '../source/open-source.ts'
import { printable } from '../text.ts'
import { depthOf, type PixelDepth } from '../pixel-depth.ts'
import { Appender } from './appender.ts'

/** An image whose pixels are in the file of packed pixels. */
export interface PackedImage {
  path: string
  hash: string
  /** Perceptual hash; 0 for plain and for deep images. */
  perceptual: bigint
  offset: number
  width: number
  height: number
  channels: DecodedImage['channels']
  depth: PixelDepth
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
  scan: LayoutScan
}

/** Decodes on sharp's threads, a few images at a time, and appends pixels in the order of the source. */
export async function collect(
  source: Source,
  pixels: FileHandle,
  { workingSize, signal, onProgress }: CollectOptions,
): Promise<Collected> {
  const result: Collected = { files: 0, images: [], problems: [], scan: new LayoutScan() }
  const { budget, progress, log } = source
  const writer = new Appender(pixels, budget)
  const report = (): void => onProgress?.({ files: result.files, images: result.images.length, ...progress })
  const queue: { path: string; image: Promise<DecodedImage | AppError> }[] = []
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
        perceptual: lookOf(image),
        offset: await writer.append(bytesOf(image)),
        ...sizeOf(image),
      })
    if (result.files % FILES_PER_PROGRESS === 0) report()
  }
  for await (const entry of source.entries(signal)) {
    if (entry.kind === 'folder') {
      result.scan.folder(entry.path)
      continue
    }
    if (entry.kind === 'table' && result.scan.table(entry.path, entry.data)) continue
    result.files++
    if (entry.kind === 'image' || entry.kind === 'broken') result.scan.image(entry.path)
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

async function decoded(file: Buffer, limits: SourceLimits, shorterSide: number): Promise<DecodedImage | AppError> {
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

function pixelHash(image: DecodedImage): string {
  const { width, height, channels } = image
  const depth = depthOf(image)
  return createHash('sha256')
    .update(`${width}x${height}x${channels}${depth === 'uint8' ? '' : depth}:`)
    .update(bytesOf(image))
    .digest('hex')
}

/** Transparent images are compared on grey, whatever their ground becomes. */
function lookOf(image: DecodedImage): bigint {
  const { data } = image
  return data instanceof Uint8Array ? perceptualHash(flatten({ ...image, data }, '#808080')) : 0n
}

const bytesOf = ({ data }: DecodedImage): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function sizeOf(image: DecodedImage): Pick<PackedImage, 'width' | 'height' | 'channels' | 'depth'> {
  const { width, height, channels } = image
  return { width, height, channels, depth: depthOf(image) }
}
