import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BlobFiles } from '../service/ports/blobs.ts'
import { filesOfFolder, openFolderBlobs, type OpenBlobs } from './folder.ts'
import type { S3Blobs } from './s3/blobs.ts'
import { parseS3Url, type S3Location } from './s3/location.ts'

/** Where blobs are kept: a folder or an S3 bucket. */
export interface BlobStorage {
  blobUrl: string
  blobS3: Omit<S3Location, 'bucket' | 'prefix'>
  /** Of the cache of an S3 bucket, bytes. */
  blobCacheBytes: number
  home: string
}

/** The folder that a `file:` URL names; undefined for a bucket. */
export const blobFolder = (url: string): string | undefined =>
  url.startsWith('file:') ? fileURLToPath(url) : undefined

/** Folder of the cache of a bucket's files. */
export const blobCache = (home: string): string => join(home, 'cache', 'blobs')

type Connection = Pick<BlobStorage, 'blobUrl' | 'blobS3'>

/** The AWS SDK is loaded where it is used alone. @throws AppError `config_invalid` */
export async function openBucket({ blobUrl, blobS3 }: Connection): Promise<S3Blobs> {
  const location = { ...blobS3, ...parseS3Url(blobUrl) }
  const { openS3Blobs } = await import('./s3/blobs.ts')
  return openS3Blobs(location)
}

/** @throws AppError `config_invalid` */
export async function openBlobs(connection: Connection): Promise<OpenBlobs> {
  const folder = blobFolder(connection.blobUrl)
  return folder === undefined ? openBucket(connection) : openFolderBlobs(folder)
}

/**
 * Blobs, and their files on this machine.
 * @param options.work folder of this process under the home @param options.writer tag of this process
 * @throws AppError `config_invalid`
 */
export async function openBlobStorage(
  { blobCacheBytes, home, ...connection }: BlobStorage,
  { work, writer }: { work: string; writer: string },
): Promise<{ blobs: OpenBlobs; files: BlobFiles; close(): Promise<void> }> {
  const folder = blobFolder(connection.blobUrl)
  if (folder !== undefined) {
    const blobs = openFolderBlobs(folder, writer)
    return { blobs, files: filesOfFolder(folder), close: () => blobs.close() }
  }
  const [blobs, { CachedFiles }] = await Promise.all([openBucket(connection), import('./cache/cached-files.ts')])
  const held = join(work, 'blobs')
  const files = new CachedFiles(blobs, { cache: blobCache(home), maxBytes: blobCacheBytes, held, writer })
  return {
    blobs,
    files,
    async close() {
      await Promise.all([files.close(), blobs.close()])
    },
  }
}
