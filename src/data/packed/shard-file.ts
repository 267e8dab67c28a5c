import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { imagingPath, loadImaging, type Imaging } from '../imaging.ts'
import { writeAll } from '../write-all.ts'

/** A file that bytes are appended to, and that is hashed on the way. */
export interface ShardFile {
  append(bytes: Uint8Array): void
  /** Nothing is appended any more; what is left may be written in the background. */
  end(): void
  /** Waits until all is on disk, and closes the file. @returns its SHA-256, in hexadecimal */
  finish(): string
  /** Closes the file. */
  abandon(): void
}

const BUFFER_BYTES = 1 << 22
const HASH_BYTES = 32

/** Written and hashed in a thread of its own where the addon is built, and the processor has instructions for SHA-256. */
export function openShardFile(path: string): ShardFile {
  const imaging = imagingPath === undefined ? undefined : loadImaging()
  return imaging?.hashes === true ? nativeFile(imaging, path) : plainFile(path)
}

function nativeFile(imaging: Imaging, path: string): ShardFile {
  const shard = imaging.openShard(path)
  return {
    append: (bytes) => {
      imaging.appendShard(shard, bytes)
    },
    end: () => {
      imaging.endShard(shard)
    },
    finish() {
      const hash = Buffer.alloc(HASH_BYTES)
      imaging.finishShard(shard, hash)
      return hash.toString('hex')
    },
    abandon: () => {
      imaging.abandonShard(shard)
    },
  }
}

function plainFile(path: string): ShardFile {
  const file = openSync(path, 'w')
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(BUFFER_BYTES)
  let used = 0
  const put = (bytes: Uint8Array): void => {
    hash.update(bytes)
    writeAll(file, bytes)
  }
  const flush = (): void => {
    if (used > 0) put(buffer.subarray(0, used))
    used = 0
  }
  return {
    append(bytes) {
      if (used + bytes.byteLength > BUFFER_BYTES) flush()
      if (bytes.byteLength > BUFFER_BYTES) return put(bytes)
      buffer.set(bytes, used)
      used += bytes.byteLength
    },
    end: flush,
    finish() {
      flush()
      fsyncSync(file)
      closeSync(file)
      return hash.digest('hex')
    },
    abandon: () => {
      closeSync(file)
    },
  }
}
