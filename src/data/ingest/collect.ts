import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { decodeImage } from '../decode/decode.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { isLabelFile } from '../layout.ts'
import type { Budget, SourceEntry, SourceLimits } from '../source/budget.ts'
import { readEntries } from '../source/entries.ts'
import { printable } from '../text.ts'
import { depthOf, type PixelDepth } from '../pixel-depth.ts'
import { Appender } from './appender.ts'

/** An image whose pixels are in the file of packed pixels. */
export interface PackedImage {
  path: string
  hash: string
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
const MIN_SIDE = 4

export interface CollectOptions {
  budget: Budget
  /** Images whose shorter side is longer are shrunk to it. */
  workingSize: number
  signal?: AbortSignal
  onProgress?: (progress: { files: number; images: number }) => void
}

export interface Collected {
  files: number
  images: PackedImage[]
  problems: Problem[]
  labels: { path: string; text: string } | undefined
}

/** Decodes on sharp's threads, a few images at a time, and appends pixels in the order of the source. */
export async function collect(
  source: string,
  pixels: FileHandle,
  { budget, workingSize, signal, onProgress }: CollectOptions,
): Promise<Collected> {
  const result: Collected = { files: 0, images: [], problems: [], labels: undefined }
  const writer = new Appender(pixels, budget)
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
        offset: await writer.append(bytesOf(image)),
        ...sizeOf(image),
      })
    if (result.files % 500 === 0) onProgress?.({ files: result.files, images: result.images.length })
  }
  for await (const entry of readEntries(source, budget, signal)) {
    if (isLabelFile(entry.path)) {
      result.labels = { path: entry.path, text: entry.data.toString('utf8') }
      continue
    }
    result.files++
    queue.push({ path: entry.path, image: decoded(entry, budget.limits, workingSize) })
    if (queue.length >= CONCURRENT_DECODES) await take()
  }
  while (queue.length > 0) await take()
  await writer.flush()
  onProgress?.({ files: result.files, images: result.images.length })
  if (result.images.length === 0) {
    const first = result.problems[0]
    throw new AppError(
      'dataset_empty',
      `The data set holds no images${first === undefined ? '' : `; ${printable(first.file)}: ${first.detail}`}`,
    )
  }
  return result
}

async function decoded(
  entry: SourceEntry,
  limits: SourceLimits,
  shorterSide: number,
): Promise<DecodedImage | AppError> {
  if (entry.problem !== undefined) return entry.problem
  try {
    const keptPixels = limits.aspectRatio * shorterSide ** 2
    const image = await decodeImage(entry.data, { pixels: limits.pixels, shorterSide, keptPixels })
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

const bytesOf = ({ data }: DecodedImage): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function sizeOf(image: DecodedImage): Pick<PackedImage, 'width' | 'height' | 'channels' | 'depth'> {
  const { width, height, channels } = image
  return { width, height, channels, depth: depthOf(image) }
}
