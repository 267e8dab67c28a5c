import { createHash } from 'node:crypto'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'
import { exceeded } from './exceeded-quota.ts'
import { newId } from './ids.ts'
import type { DatasetOptions } from './dataset-options.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { Store } from './ports/store.ts'

interface UploadDependencies {
  store: Store
  blobs: Blobs
  now: () => number
}

/** An archive that has come whole and is stored; it belongs to nothing yet. */
export interface ReceivedUpload<Options = NamedOptions> {
  options: Options
  uploadKey: string
  sizeBytes: number
  sha256: string
}

/** Of a new data set. */
export type NamedOptions = DatasetOptions & { name: string }

export interface IncomingUpload<Options = NamedOptions> {
  /** What is said of it; known once the content has been read. */
  options: () => Promise<Options>
  content: Readable
  whole: () => boolean
}

/**
 * Streams an upload to the blobs; whatever fails leaves nothing behind.
 * @throws AppError `quota_exceeded` before anything is read where the team has no room, and as soon as it has none; `payload_too_large`
 */
export async function receiveUpload<Options>(
  { store, blobs, now }: UploadDependencies,
  { teamId }: Caller,
  { options, content, whole }: IncomingUpload<Options>,
): Promise<ReceivedUpload<Options>> {
  const room = await roomFor(store, teamId)
  const uploadKey = `uploads/${newId('up', now())}`
  const measured = measure(room)
  try {
    await store.expectBlob(uploadKey)
    // Both have ended, and the blobs have tidied up, before anything is removed.
    const [written, read] = await Promise.allSettled([
      blobs.write(uploadKey, measured.stream),
      pipeline(content, measured.stream),
    ])
    if (read.status === 'rejected') throw read.reason
    if (written.status === 'rejected') throw written.reason
    const { sizeBytes } = written.value
    if (!whole()) throw new AppError('payload_too_large', 'The archive is larger than this installation takes.')
    return { options: await options(), uploadKey, sizeBytes, sha256: measured.sha256() }
  } catch (error) {
    await blobs.remove(uploadKey)
    throw error
  }
}

interface Room {
  used: number
  limit: number
}

/** Bytes that the team stores, and may store. @throws AppError `quota_exceeded` where it has none, or too many ingests */
async function roomFor(store: Pick<Store, 'usage' | 'quota'>, teamId: string): Promise<Room> {
  const quota = await store.quota(teamId)
  if (quota === undefined || (quota.ingests === Infinity && quota.bytes === Infinity))
    return { used: 0, limit: Infinity }
  const { ingests, bytes } = await store.usage(teamId)
  if (ingests >= quota.ingests) throw exceeded('ingests', { used: ingests, adds: 1, limit: quota.ingests })
  if (bytes >= quota.bytes) throw exceeded('bytes', { used: bytes, adds: 1, limit: quota.bytes })
  return { used: bytes, limit: quota.bytes }
}

function measure({ used, limit }: Room): { stream: Transform; sha256: () => string } {
  const hash = createHash('sha256')
  let came = 0
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      came += chunk.byteLength
      hash.update(chunk)
      if (came > limit - used) done(exceeded('bytes', { used, adds: came, limit }))
      else done(null, chunk)
    },
  })
  return { stream, sha256: () => hash.digest('hex') }
}
