import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { resumedBytes } from '../../network/resumed-bytes.ts'
import type { S3Location } from './location.ts'

const CONNECT_MS = 5000
const SILENCE_MS = 60_000
const MAX_ATTEMPTS = 4
const RESUME_AFTER_MS = 200
const MAX_SOCKETS = 64
/** Parts of an upload: 10,000 of them are 160 GB, and those under way are all that is in memory. */
const PART_BYTES = 16 * 1024 * 1024
const PARTS_AT_ONCE = 2
const SIGNED_SECONDS = 300

export interface S3Object {
  key: string
  sizeBytes: number
  /** When it was written, milliseconds. */
  changedAt: number
}

/** The objects of a bucket under a prefix. */
export type S3Objects = ReturnType<typeof openObjects>

/** One function: operations on one bucket, each a few lines. */
export function openObjects(location: S3Location) {
  const { bucket: Bucket, prefix } = location
  const client = clientFor(location, location.endpoint)
  const signing = location.publicEndpoint === undefined ? client : clientFor(location, location.publicEndpoint)
  const of = (key: string): { Bucket: string; Key: string } => ({ Bucket, Key: prefix + key })

  return {
    /** In parts where it is long; what fails or is aborted leaves nothing. */
    async put(key: string, content: Readable, signal: AbortSignal): Promise<void> {
      signal.throwIfAborted()
      const upload = new Upload({
        client,
        params: { ...of(key), Body: content },
        partSize: PART_BYTES,
        queueSize: PARTS_AT_ONCE,
        leavePartsOnError: false,
      })
      const abort = (): void => void upload.abort().catch(() => undefined)
      signal.addEventListener('abort', abort, { once: true })
      try {
        await upload.done()
      } finally {
        signal.removeEventListener('abort', abort)
        content.destroy()
      }
    },
    async copy(from: string, to: string): Promise<void> {
      await client.send(new CopyObjectCommand({ ...of(to), CopySource: encodeURI(`${Bucket}/${prefix}${from}`) }))
    },
    /** Undefined where there is none. */
    async sizeBytes(key: string): Promise<number | undefined> {
      try {
        return (await client.send(new HeadObjectCommand(of(key)))).ContentLength ?? 0
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw error
      }
    },
    /** Goes on over broken connections. Fails with the code ENOENT where there is none. */
    read: (key: string, range: { start: number; end?: number } = { start: 0 }): Readable =>
      Readable.from(bytesOf(client, of(key), range), { objectMode: false }),
    async *list(under: string): AsyncGenerator<S3Object> {
      let ContinuationToken: string | undefined
      do {
        const command = new ListObjectsV2Command({ Bucket, Prefix: prefix + under, ContinuationToken })
        const page = await client.send(command)
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
          yield { key: Key.slice(prefix.length), sizeBytes: Size, changedAt: LastModified?.getTime() ?? Date.now() }
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
    },
    async remove(key: string): Promise<void> {
      await client.send(new DeleteObjectCommand(of(key)))
    },
    signedUrl: (key: string, headers: { contentType: string; contentDisposition: string }): Promise<string> =>
      getSignedUrl(
        signing,
        new GetObjectCommand({
          ...of(key),
          ResponseContentType: headers.contentType,
          ResponseContentDisposition: headers.contentDisposition,
          ResponseCacheControl: 'private, no-cache',
        }),
        { expiresIn: SIGNED_SECONDS },
      ),
    async ready(): Promise<void> {
      await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1 }))
    },
    close(): void {
      client.destroy()
      if (signing !== client) signing.destroy()
    },
  }
}

/** Credentials come from where the AWS SDK looks for them: variables, files, or the role of the machine. */
function clientFor({ region, pathStyle }: S3Location, endpoint: string | undefined): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: MAX_ATTEMPTS,
    // Checksums in trailers are understood by Amazon's servers, and not by all others.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: SILENCE_MS,
      httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    },
  })
}

const bytesOf = (
  client: S3Client,
  object: { Bucket: string; Key: string },
  { start, end }: { start: number; end?: number },
): AsyncGenerator<Buffer> =>
  resumedBytes({
    start,
    async open(position, etag) {
      const Range = position === 0 && end === undefined ? undefined : `bytes=${position}-${end ?? ''}`
      try {
        const answer = await client.send(new GetObjectCommand({ ...object, Range, IfMatch: etag }))
        const body = answer.Body as unknown as AsyncIterable<Buffer>
        return { body, bytes: answer.ContentLength ?? 0, etag: answer.ETag }
      } catch (error) {
        throw statusOf(error) === 404 ? missing(object.Key, error) : error
      }
    },
    isFinal: (error) => statusOf(error) !== undefined || isMissing(error),
    maxFailures: MAX_ATTEMPTS,
    waitMs: RESUME_AFTER_MS,
  })

const missing = (key: string, cause: unknown): Error =>
  Object.assign(new Error(`There is no object ${key}.`, { cause }), { code: 'ENOENT' })

const isMissing = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT'

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
