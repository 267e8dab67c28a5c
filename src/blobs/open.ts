import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BlobFiles } from '../service/ports/blobs.ts'
import { CachedFiles } from './cache/cached-files.ts'
import { filesOfFolder, openFolderBlobs, type OpenBlobs } from './folder.ts'
import { openS3Blobs } from './s3/blobs.ts'
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

/** @param writer tag of this process in the names of partial files @throws AppError `config_invalid` */
export function openBlobs({ blobUrl, blobS3 }: Pick<BlobStorage, 'blobUrl' | 'blobS3'>, writer?: string): OpenBlobs {
  const folder = blobFolder(blobUrl)
  return folder === undefined ? openS3Blobs({ ...blobS3, ...parseS3Url(blobUrl) }) : openFolderBlobs(folder, writer)
}

/**
 * Blobs, and their files on this machine.
 * @param options.work folder of this process under the home @param options.writer tag of this process
 * @throws AppError `config_invalid`
 */
export function openBlobStorage(
  { blobUrl, blobS3, blobCacheBytes, home }: BlobStorage,
  { work, writer }: { work: string; writer: string },
): { blobs: OpenBlobs; files: BlobFiles; close(): Promise<void> } {
  const folder = blobFolder(blobUrl)
  if (folder !== undefined) {
    const blobs = openFolderBlobs(folder, writer)
    return { blobs, files: filesOfFolder(folder), close: () => blobs.close() }
  }
  const blobs = openS3Blobs({ ...blobS3, ...parseS3Url(blobUrl) })
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
