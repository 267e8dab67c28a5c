import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { AppError } from '../../errors.ts'
import { publicLookup } from '../../network/addresses.ts'
import { resumedBytes } from '../../network/resumed-bytes.ts'
import { TAR_END, tarHeader, tarPaddingBytes } from '../../network/tar.ts'
import { MAX_RESUMES, RESUME_AFTER_MS } from './fetching.ts'
import { notPublic } from './https.ts'

export interface S3Access {
  /** A server of S3's protocol other than Amazon's, which an operator has named: its address may be private. */
  endpoint?: string | undefined
  region: string
  /** Buckets, or `bucket/prefix`, that are read with the credentials. */
  buckets: readonly string[]
  accessKeyId?: string | undefined
  secretAccessKey?: string | undefined
  sessionToken?: string | undefined
}

interface S3Object {
  key: string
  sizeBytes: number
  etag: string
}

const CONNECT_MS = 30_000
const SILENCE_MS = 60_000
const MAX_OBJECTS = 2_000_000
/** Objects that are read ahead while one is written. */
const OBJECTS_AT_ONCE = 16
/** A larger one is streamed. */
const MAX_AHEAD_BYTES = 2_000_000

/**
 * An object of a bucket; or, where the address is a prefix, all objects under it as a tar that is made while they come.
 * @throws AppError `import_unavailable`, `import_refused`, `import_changed`; other errors for what may pass
 */
export async function* fetchS3(address: URL, access: S3Access, signal: AbortSignal): AsyncGenerator<Buffer> {
  const bucket = address.hostname
  const key = decodedKey(address)
  const client = await clientFor(bucket, key, access)
  try {
    const object = key === '' || key.endsWith('/') ? undefined : await describe(client, { bucket, key, signal })
    if (object !== undefined) yield* objectBytes(client, { bucket, object, signal })
    else yield* tarOf(client, { bucket, prefix: key === '' || key.endsWith('/') ? key : `${key}/`, signal })
  } catch (error) {
    throw publicError(error, bucket)
  } finally {
    client.destroy()
  }
}

function decodedKey({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname.slice(1))
  } catch {
    throw new AppError('import_unavailable', 'The key of the s3:// address is not valid percent-encoded UTF-8.')
  }
}

/** The operator's credentials are for the buckets that he has named alone: any team may name any bucket. */
async function clientFor(bucket: string, key: string, access: S3Access): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3')
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = access
  const isNamed = access.buckets.some(
    (allowed) => allowed === bucket || `${bucket}/${key}`.startsWith(`${allowed.replace(/(?<!\/)\/+$/, '')}/`),
  )
  const guarded = endpoint === undefined ? { lookup: publicLookup(notPublic) } : {}
  const config: S3ClientConfig = {
    region,
    followRegionRedirects: true,
    maxAttempts: MAX_RESUMES,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: SILENCE_MS,
      httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 2 * OBJECTS_AT_ONCE, ...guarded }),
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 2 * OBJECTS_AT_ONCE, ...guarded }),
    },
  }
  if (endpoint !== undefined) Object.assign(config, { endpoint, forcePathStyle: true })
  if (isNamed && accessKeyId !== undefined && secretAccessKey !== undefined)
    config.credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
  else {
    // Without a signature, as anybody may.
    config.credentials = { accessKeyId: 'anonymous', secretAccessKey: 'anonymous' }
    config.signer = { sign: async (request) => request }
  }
  return new S3Client(config)
}

interface Where {
  bucket: string
  signal: AbortSignal
}

/** Undefined where there is no such object. */
async function describe(
  client: S3Client,
  { bucket, key, signal }: Where & { key: string },
): Promise<S3Object | undefined> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3')
  try {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key })
    const { ContentLength = 0, ETag = '' } = await client.send(command, { abortSignal: signal })
    return { key, sizeBytes: ContentLength, etag: ETag }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** The bytes of an object as it was when it was described, over broken connections. */
async function* objectBytes(
  client: S3Client,
  { bucket, object, signal }: Where & { object: S3Object },
): AsyncGenerator<Buffer> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3')
  const { key, sizeBytes, etag } = object
  if (sizeBytes === 0) return
  yield* resumedBytes({
    async open(position) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag, Range: `bytes=${position}-` })
      const { Body } = await client.send(command, { abortSignal: signal })
      return { body: Body as unknown as AsyncIterable<Buffer>, bytes: sizeBytes - position, etag }
    },
    isFinal: (error) => statusOf(error) !== undefined,
    maxFailures: MAX_RESUMES,
    waitMs: 2 * RESUME_AFTER_MS,
    signal,
  })
}

async function* listed(
  client: S3Client,
  { bucket, prefix, signal }: Where & { prefix: string },
): AsyncGenerator<S3Object> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3')
  let token: string | undefined
  let count = 0
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token })
    const page = await client.send(command, { abortSignal: signal })
    for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
      if (Key.endsWith('/')) continue
      if (++count > MAX_OBJECTS)
        throw new AppError('payload_too_large', `s3://${bucket}/${prefix} has more than ${MAX_OBJECTS} objects.`)
      yield { key: Key, sizeBytes: Size, etag: ETag }
    }
    token = page.NextContinuationToken
  } while (token !== undefined)
  if (count === 0)
    throw new AppError(
      'import_unavailable',
      `There is nothing at s3://${bucket}/${prefix}, neither an object nor a prefix.`,
    )
}

/** Objects as a tar. Small ones are read several at a time, ahead of their turn. */
async function* tarOf(client: S3Client, where: Where & { prefix: string }): AsyncGenerator<Buffer> {
  const ahead: { object: S3Object; content?: Promise<Buffer> }[] = []
  async function* written(): AsyncGenerator<Buffer> {
    const next = ahead.shift()
    if (next === undefined) return
    const { object, content } = next
    yield await tarHeader(object.key.slice(where.prefix.length), object.sizeBytes)
    if (content === undefined) yield* objectBytes(client, { ...where, object })
    else yield await content
    yield Buffer.alloc(tarPaddingBytes(object.sizeBytes))
  }
  for await (const object of listed(client, where)) {
    if (object.sizeBytes > MAX_AHEAD_BYTES) ahead.push({ object })
    else {
      const content = wholeObject(client, { ...where, object })
      // It is awaited in its turn.
      content.catch(() => undefined)
      ahead.push({ object, content })
    }
    if (ahead.length >= OBJECTS_AT_ONCE) yield* written()
  }
  while (ahead.length > 0) yield* written()
  yield TAR_END
}

async function wholeObject(client: S3Client, where: Where & { object: S3Object }): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of objectBytes(client, where)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode

/** What a team is told; nothing else that the server says is passed on. */
function publicError(error: unknown, bucket: string): unknown {
  if (error instanceof AppError) return error
  const { cause } = error as { cause?: unknown }
  if (cause instanceof AppError) return cause
  const status = statusOf(error)
  if (status === 412)
    return new AppError('import_changed', `An object of bucket ${bucket} changed while it was read; import it again.`)
  if (status === 401 || status === 403)
    return new AppError(
      'import_unavailable',
      `Bucket ${bucket} may not be read: make it public, or have the operator name it in ANNEAL_S3_BUCKETS.`,
    )
  if (status !== undefined && status >= 300 && status < 500)
    return new AppError('import_unavailable', `Bucket ${bucket} answers HTTP ${status}; is its name right?`)
  return error
}
