import { createHash } from 'node:crypto'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'
import { newId } from './ids.ts'
import type { DatasetOptions } from './dataset-options.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { Quota } from './ports/teams.ts'
import type { Store } from './ports/store.ts'

interface UploadDependencies {
  store: Store
  blobs: Blobs
  quota: Quota
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
  { store, blobs, quota, now }: UploadDependencies,
  { teamId }: Caller,
  { options, content, whole }: IncomingUpload<Options>,
): Promise<ReceivedUpload<Options>> {
  const room = await roomFor(store, quota, teamId)
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

/** Bytes that the team may still store. @throws AppError `quota_exceeded` where it has none, or too many ingests */
async function roomFor(store: Pick<Store, 'usage'>, quota: Quota, teamId: string): Promise<number> {
  if (quota.ingests === Infinity && quota.bytes === Infinity) return Infinity
  const { ingests, bytes } = await store.usage(teamId)
  if (ingests >= quota.ingests)
    throw new AppError(
      'quota_exceeded',
      `The team has ${ingests} data sets being ingested of at most ${quota.ingests}: wait until some are ready, or delete some.`,
    )
  if (bytes >= quota.bytes) throw noRoom(bytes, quota.bytes)
  return quota.bytes - bytes
}

const noRoom = (used: number, limit: number): AppError =>
  new AppError(
    'quota_exceeded',
    `The team stores ${used} bytes of at most ${limit}: delete data sets, uploads, jobs or checkpoints.`,
  )

function measure(room: number): { stream: Transform; sha256: () => string } {
  const hash = createHash('sha256')
  let came = 0
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      came += chunk.byteLength
      hash.update(chunk)
      if (came > room)
        done(
          new AppError(
            'quota_exceeded',
            `The archive is larger than the ${room} bytes that the team may still store: delete data sets, uploads, jobs or checkpoints.`,
          ),
        )
      else done(null, chunk)
    },
  })
  return { stream, sha256: () => hash.digest('hex') }
}
