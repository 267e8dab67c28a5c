import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import type { Dependencies } from './dependencies.ts'
import { deleted } from './deleted.ts'
import { requireFound } from './require-found.ts'
import { newId } from './ids.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { Page, Upload } from './resources.ts'

/** A piece of an upload that is kept: what is lost at most when the API dies. */
const PIECE_BYTES = 8 * 2 ** 20
const MAX_PIECES = 100_000
const MAX_METADATA_CHARACTERS = 1000
/** What clients of the protocol say of a file. */
const METADATA = ['filename', 'filetype', 'name', 'type', 'relativePath']

/** Uploads that can be broken off and resumed at any point. */
export function resumableUploadService(dependencies: Dependencies) {
  const { store, now, uploadKeptMs } = dependencies
  const upload = async ({ teamId }: Caller, id: string): Promise<Upload> =>
    requireFound(await store.upload(teamId, id), 'upload', id)
  return {
    upload,
    uploads: ({ teamId }: Caller, page: PageRequest): Promise<Page<Upload>> => store.uploads(teamId, page),
    createUpload({ teamId }: Caller, given: { id: string; sizeBytes?: number; metadata?: Upload['metadata'] }) {
      const { metadata, ...upload } = given
      requireMetadata(metadata ?? {})
      return store.createUpload(teamId, { ...upload, ...(metadata ? { metadata } : {}) }, uploadKeptMs)
    },
    newUploadId: (): string => newId('up', now()),
    async declareUploadSize({ teamId }: Caller, id: string, sizeBytes: number): Promise<void> {
      if (!(await store.declareUploadSize(teamId, id, sizeBytes)))
        throw new AppError('conflict', `The length of upload ${id} is known already.`)
    },
    appendToUpload: (caller: Caller, id: string, start: number, content: AsyncIterable<Buffer>): Promise<number> =>
      append(dependencies, { teamId: caller.teamId, id, start }, content),
    async deleteUpload({ teamId }: Caller, id: string): Promise<void> {
      await deleted(dependencies, () => store.deleteUpload(teamId, id), `upload ${id}`)
    },
  }
}

function requireMetadata(metadata: Readonly<Record<string, string | null>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (!METADATA.includes(key))
      throw new AppError(
        'invalid_request',
        `Upload-Metadata has the key ${JSON.stringify(key)}; ${METADATA.join(', ')} are taken.`,
      )
    if (value !== null && (value.length > MAX_METADATA_CHARACTERS || /[\p{Cc}\p{Surrogate}\ufffd]/u.test(value)))
      throw new AppError(
        'invalid_request',
        `The value of ${key} in Upload-Metadata must be UTF-8 text of at most ${MAX_METADATA_CHARACTERS} characters, as base64.`,
      )
  }
}

/**
 * Keeps what comes in pieces, each of which counts once its row is there. What has come before `content` fails is kept as well.
 * @param start where the caller believes the upload to end
 * @returns where it ends now
 * @throws AppError `conflict` where something else has been appended meanwhile; `quota_exceeded`
 */
async function append(
  { store, blobs, uploadKeptMs }: Pick<Dependencies, 'store' | 'blobs' | 'uploadKeptMs'>,
  { teamId, id, start }: { teamId: string; id: string; start: number },
  content: AsyncIterable<Buffer>,
): Promise<number> {
  const source = cut(content)
  let end = start
  for (let pieces = 0; await source.hasMore(); pieces++) {
    if (pieces === MAX_PIECES) throw new AppError('payload_too_large', `Upload ${id} comes in too many pieces.`)
    const blobKey = `uploads/${id}/${end}.${randomBytes(6).toString('hex')}`
    await store.expectBlob(blobKey)
    try {
      const { sizeBytes } = await blobs.write(blobKey, Readable.from(source.piece()))
      if (!(await store.addPiece(teamId, id, { start: end, sizeBytes, blobKey }, uploadKeptMs)))
        throw new AppError('conflict', `Upload ${id} has changed meanwhile; ask where it ends and resume there.`, {
          retryable: true,
        })
      end += sizeBytes
    } catch (error) {
      await store.giveUpBlob(blobKey).catch(() => undefined)
      if ((await store.upload(teamId, id)) !== undefined) throw error
      // Its folder may be there again.
      await store.giveUpBlob(`uploads/${id}`)
      throw new AppError('not_found', `Upload ${id} was removed while it came.`)
    }
  }
  const failure = source.failure()
  if (failure !== undefined) throw failure
  return end
}

/** Cuts a stream into pieces. One that fails ends the piece that it is in, and no other is begun. */
function cut(content: AsyncIterable<Buffer>) {
  const chunks = content[Symbol.asyncIterator]()
  let ahead: Buffer | undefined
  let failure: Error | undefined
  let ended = false
  const advance = async (): Promise<void> => {
    ahead = undefined
    if (ended) return
    try {
      const next = await chunks.next()
      if (next.done === true) ended = true
      else ahead = next.value
    } catch (error) {
      ended = true
      failure = error as Error
    }
  }
  return {
    failure: () => failure,
    async hasMore(): Promise<boolean> {
      while (!ended && (ahead === undefined || ahead.byteLength === 0)) await advance()
      return ahead !== undefined && ahead.byteLength > 0
    },
    async *piece(): AsyncGenerator<Buffer> {
      for (let left = PIECE_BYTES; left > 0 && (await this.hasMore());) {
        const chunk = ahead?.subarray(0, left) ?? Buffer.alloc(0)
        ahead = ahead?.subarray(chunk.byteLength)
        left -= chunk.byteLength
        yield chunk
      }
    },
  }
}
