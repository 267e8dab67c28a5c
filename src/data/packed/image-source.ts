import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import type { DecodedImage } from '../decoded-image.ts'
import type { Background } from '../flatten.ts'
import type { PackedDataset, PackedManifest } from '../packed.ts'
import { storedDecoder, type StoredForm } from './decode-stored.ts'
import { shardFiles } from './folder.ts'
import { shardReader, type ShardPlace } from './shard-reader.ts'
import type { StoredImage } from './stored-image.ts'

/** Data sets up to this size are held in memory, shared by all threads. */
const MAX_IN_MEMORY = 2e9
const READ_BYTES = 1 << 28

/** The images of a data set, for readers in any thread; from shared memory where they fit, else from disk. */
export interface ImageSource {
  form: StoredForm
  shards: ShardPlace
}

const storedForm = ({ channels, background = 'black' }: PackedManifest): StoredForm => ({ channels, background })

/** Data sets of which shards are still coming are read from disk, each shard when an image of it is needed first. */
export function imageSource({ directory, manifest }: PackedDataset): ImageSource {
  const files = shardFiles(directory, manifest)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > MAX_IN_MEMORY || !files.every(({ path }) => existsSync(path))) return imageFiles({ directory, manifest })
  return {
    form: storedForm(manifest),
    shards: { kind: 'memory', bytes: files.map(({ path, bytes }) => readShared(path, bytes)) },
  }
}

/** Images that are read from disk, whatever the size of the data set. */
export function imageFiles({ directory, manifest }: Pick<PackedDataset, 'directory' | 'manifest'>): ImageSource {
  const paths = shardFiles(directory, manifest).map(({ path }) => path)
  return { form: storedForm(manifest), shards: { kind: 'file', paths } }
}

function readShared(path: string, bytes: number): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes)
  const file = openSync(path, 'r')
  try {
    for (let at = 0; at < bytes;) {
      const count = readSync(file, new Uint8Array(shared, at), 0, Math.min(bytes - at, READ_BYTES), at)
      if (count === 0) throw new AppError('dataset_corrupt', `${path} ends before byte ${bytes}.`)
      at += count
    }
  } finally {
    closeSync(file)
  }
  return shared
}

export interface ImageReader {
  /**
   * An image with its data set's channels, and one more for alpha where it has any; its pixels are valid until the next call.
   * @throws AppError `dataset_corrupt`, also where its shard does not come in time
   */
  read(image: StoredImage): DecodedImage<Uint8Array>
  close(): void
}

/** @param background the ground that images are used on: on the data set's own they come without alpha, with no work */
export function imageReader({ form, shards }: ImageSource, background?: Background): ImageReader {
  const stored = shardReader(shards)
  const decode = storedDecoder(form, background)
  return {
    read: (image) => decode(image, stored.read(image, form.channels)),
    close: () => {
      stored.close()
    },
  }
}
