import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pMap from 'p-map'
import { AppError } from '../errors.ts'
import { copyTree } from './copy-tree.ts'
import { blobInventory } from './folder-inventory.ts'
import { blobFolder, openBucket, type BlobStorage } from './open.ts'
import type { S3Blobs } from './s3/blobs.ts'
import { LIST_FILE } from './s3/list-file.ts'

export interface Copied {
  files: number
  bytes: number
}

/** All blobs at once, for backups: as files in a folder, in the same form whatever the storage is. */
export interface BlobCopies {
  copyTo(folder: string): Promise<Copied>
  copyFrom(folder: string): Promise<void>
  /** @throws AppError `conflict` where there are blobs already */
  requireEmpty(): Promise<void>
}

const FILES_AT_ONCE = 8

/** @throws AppError `config_invalid` */
export function blobCopies(connection: Pick<BlobStorage, 'blobUrl' | 'blobS3'>): BlobCopies {
  const folder = blobFolder(connection.blobUrl)
  return folder === undefined ? bucketCopies(connection) : folderCopies(folder)
}

const notEmpty = (what: string): AppError =>
  new AppError('conflict', `${what} is not empty: a backup is restored into an empty storage of blobs.`)

/** Of a folder of blobs. */
export const folderCopies = (root: string): BlobCopies => ({
  copyTo: (folder) => copyTree(root, folder),
  copyFrom: async (folder) => void (await copyTree(folder, root)),
  async requireEmpty() {
    await mkdir(root, { recursive: true, mode: 0o700 })
    if ((await readdir(root)).length > 0) throw notEmpty(root)
  },
})

function bucketCopies(connection: Pick<BlobStorage, 'blobUrl' | 'blobS3'>): BlobCopies {
  const withBlobs = async <T>(use: (blobs: S3Blobs) => Promise<T>): Promise<T> => {
    const blobs = await openBucket(connection)
    try {
      return await use(blobs)
    } finally {
      await blobs.close()
    }
  }
  return {
    copyTo: (folder) =>
      withBlobs(async (blobs) => {
        const copied = { files: 0, bytes: 0 }
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await pMap(
          blobs.objects(),
          async ({ key, sizeBytes }) => {
            // Lists are made again where the backup is restored.
            if (key.endsWith(`/${LIST_FILE}`)) return
            const path = join(folder, key)
            await mkdir(dirname(path), { recursive: true, mode: 0o700 })
            await pipeline(blobs.read(key), createWriteStream(path, { mode: 0o600, flush: true }))
            copied.files++
            copied.bytes += sizeBytes
          },
          { concurrency: FILES_AT_ONCE },
        )
        return copied
      }),
    copyFrom: (folder) =>
      withBlobs(async (blobs) => {
        for await (const { key } of blobInventory(folder)) await blobs.send(key, join(folder, key))
      }),
    requireEmpty: () =>
      withBlobs(async (blobs) => {
        for await (const { key } of blobs.objects()) throw notEmpty(`${connection.blobUrl}, which has ${key},`)
      }),
  }
}
