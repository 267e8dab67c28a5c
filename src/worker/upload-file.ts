import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Blobs } from '../service/ports/blobs.ts'
import type { DatasetClaim } from '../service/ports/datasets.ts'

export interface UploadFile {
  path: string
  sizeBytes: number
}

/** The upload of a claim as one file: where it came in several pieces, they are put together in `folder`. */
async function uploadFile(
  { uploadKey, pieces }: { uploadKey: string; pieces: DatasetClaim['pieces'] },
  blobs: Blobs,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<UploadFile> {
  const [first] = pieces
  if (first === undefined) return { path: blobs.path(uploadKey), sizeBytes: (await blobs.sizeBytes(uploadKey)) ?? 0 }
  if (pieces.length === 1) return { path: blobs.path(first.blobKey), sizeBytes: first.sizeBytes }
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
  options: { folder: string; signal: AbortSignal },
): Promise<UploadFile | undefined> {
  return uploadKey === undefined ? undefined : uploadFile({ uploadKey, pieces }, blobs, options)
}
