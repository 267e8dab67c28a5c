import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Blobs, HeldBlobs } from '../service/ports/blobs.ts'
import type { DatasetClaim } from '../service/ports/datasets.ts'

export interface UploadFile {
  path: string
  sizeBytes: number
}

interface UploadOptions {
  held: HeldBlobs
  /** Where its pieces are put together. */
  folder: string
  signal: AbortSignal
}

/** The upload of a claim as one file: where it came in several pieces, they are put together in `folder`. */
async function uploadFile(
  { uploadKey, pieces }: { uploadKey: string; pieces: DatasetClaim['pieces'] },
  blobs: Blobs,
  { held, folder, signal }: UploadOptions,
): Promise<UploadFile> {
  const [first] = pieces
  if (first === undefined)
    return { path: await held.file(uploadKey), sizeBytes: (await blobs.sizeBytes(uploadKey)) ?? 0 }
  if (pieces.length === 1) return { path: await held.file(first.blobKey), sizeBytes: first.sizeBytes }
  const path = join(folder, 'upload')
  await mkdir(folder, { recursive: true })
  const content = async function* (): AsyncGenerator<Buffer> {
    for (const { blobKey } of pieces) yield* blobs.read(blobKey) as AsyncIterable<Buffer>
  }
  await pipeline(content, createWriteStream(path), { signal })
  return { path, sizeBytes: pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

/** Undefined where a claim has none. */
export async function uploadOf(
  { uploadKey, pieces }: DatasetClaim,
  blobs: Blobs,
  options: UploadOptions,
): Promise<UploadFile | undefined> {
  return uploadKey === undefined ? undefined : uploadFile({ uploadKey, pieces }, blobs, options)
}
