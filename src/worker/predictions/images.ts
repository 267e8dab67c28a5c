import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { AppError, ERROR_CODES, type ErrorCode } from '../../errors.ts'
import type { BatchClaim } from '../../service/ports/prediction-batches.ts'
import type { Blobs, HeldBlobs } from '../../service/ports/blobs.ts'
import type { PackedItems } from '../../service/ports/images.ts'
import type { ImageSource } from '../../service/ports/models.ts'
import { startIngest, type IngestEnd, type IngestLimits } from '../ingest-process.ts'
import { uploadOf } from '../upload-file.ts'

/** An image that is to be predicted, or that could not be had. */
export interface BatchImage {
  file: string
  split?: string
  /** Its class, of a data set. */
  label?: string
  source: ImageSource | { problem: { code: string; detail: string } }
}

export interface BatchImages {
  images: number
  each: AsyncIterable<BatchImage>
}

interface ImagesDependencies {
  blobs: Blobs
  held: HeldBlobs
  items: PackedItems
  limits: IngestLimits
  /** Of this attempt. */
  folder: string
  signal: AbortSignal
}

const ITEMS_PER_READ = 500
const LIST_FILE = 'images.jsonl'
const SETTINGS = { leakage: 'remove', nearDuplicates: 'report' } as const

/** The images of a batch: those of a data set in their order, or those of an archive, which a process of its own unpacks. */
export function imagesOf(claim: BatchClaim, dependencies: ImagesDependencies): Promise<BatchImages> {
  const { source } = claim
  return 'packedKey' in source
    ? packedImages(source.packedKey, claim, dependencies)
    : unpackedImages(source, claim, dependencies)
}

async function packedImages(
  packedKey: string,
  { settings: { split } }: BatchClaim,
  { held, items, signal }: ImagesDependencies,
): Promise<BatchImages> {
  const packed = await held.folder(packedKey, 'stream')
  async function* pages() {
    for (let after: string | undefined; ;) {
      signal.throwIfAborted()
      const { data, nextCursor } = await items(packed, { split, limit: ITEMS_PER_READ, after })
      yield data
      if (nextCursor === null) return
      after = nextCursor
    }
  }
  async function* each(): AsyncGenerator<BatchImage> {
    for await (const page of pages())
      for (const { file, split: of, index, class: label } of page)
        if (of !== null && index !== null)
          yield { file, split: of, ...(label === null ? {} : { label }), source: { packed, split: of, index } }
  }
  let images = 0
  for await (const page of pages()) images += page.length
  if (images === 0)
    throw new AppError('dataset_empty', `The data set has no image${split === undefined ? '' : ` in ${split}`}.`)
  return { images, each: each() }
}

async function unpackedImages(
  source: Exclude<BatchClaim['source'], { packedKey: string }>,
  { id, token, attempt, teamId, traceparent }: BatchClaim,
  { blobs, held, limits, folder, signal }: ImagesDependencies,
): Promise<BatchImages> {
  const claim = { id, token, attempt, teamId, traceparent, settings: SETTINGS, ...source }
  const upload = await uploadOf(claim, blobs, { held, folder, signal })
  const outDir = join(folder, 'images')
  const process = startIngest(
    {
      settings: SETTINGS,
      outDir,
      unpackOnly: true,
      upload: upload?.path ?? '',
      uploadBytes: upload?.sizeBytes ?? 0,
      onProgress: () => undefined,
    },
    limits,
  )
  signal.addEventListener('abort', process.kill, { once: true })
  if (signal.aborted) process.kill()
  const end = await process.end
  signal.removeEventListener('abort', process.kill)
  signal.throwIfAborted()
  if (end.type !== 'done') throw failureOf(end)
  const { images } = end.manifest as { images: number }
  return { images, each: listed(outDir) }
}

interface ListedImage {
  file: string
  place?: string
  problem?: { code: string; detail: string }
}

async function* listed(outDir: string): AsyncGenerator<BatchImage> {
  for await (const line of createInterface({ input: createReadStream(join(outDir, LIST_FILE)) })) {
    const { file, place, problem } = JSON.parse(line) as ListedImage
    if (problem !== undefined) yield { file, source: { problem } }
    else if (place !== undefined) yield { file, source: { path: join(outDir, place), name: file.slice(0, 200) } }
  }
}

function failureOf(end: Exclude<IngestEnd, { type: 'done' }>): Error {
  switch (end.type) {
    case 'failed': {
      const code = ERROR_CODES.find((known): known is ErrorCode => known === end.code)
      return end.expected && code !== undefined ? new AppError(code, end.detail) : new Error(end.detail)
    }
    case 'memory':
      return new AppError('ingest_memory_exceeded', `Unpacking took more memory than the ${end.how} that are allowed.`)
    case 'time':
      return new AppError('ingest_time_exceeded', `Unpacking took longer than the ${end.how} that are allowed.`)
    case 'died':
      return new Error(`The process that unpacks ended without a result: ${end.how}.`)
  }
}
