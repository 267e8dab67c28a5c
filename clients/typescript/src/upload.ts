import { DetailedError, Upload, type FileReader } from 'tus-js-client'
import { AnnealError, errorOf, problemIn } from './errors.ts'
import { idempotent, type Http } from './http.ts'
import type { NamedPart } from './platform.ts'
import { randomKey, sha256 } from './random-hash.ts'
import { blobPart, type Part } from './source.ts'
import { tarOf } from './tar.ts'
import type { DatasetInfo } from './types.ts'

/**
 * What a data set is made of: in Node the path of a folder or an archive; files with their paths, as a file input or a drop gives them; an
 * archive as a Blob; or one as a stream, which is resumed only as long as the process lives.
 */
export type UploadSource = string | readonly File[] | Blob | ReadableStream<Uint8Array>

export interface UploadOptions {
  name?: string
  leakage?: 'remove' | 'refuse'
  nearDuplicates?: 'report' | 'remove' | 'refuse'
  groupBy?: string
  /** `totalBytes` is null of a stream. */
  onProgress?: (sentBytes: number, totalBytes: number | null) => void
  /** Ends the upload; the same source resumes it later. */
  signal?: AbortSignal
  /** Bytes of a request; 8 MiB by default. */
  chunkBytes?: number
  /** Told of the id of the upload as soon as it has one. */
  onStarted?: (upload: string) => void
  /** Sent with each piece, such as what goes with the cookie of a browser's session. */
  headers?: Readonly<Record<string, string>>
}
/** What is said of the upload, and not of the data set. */
const OWN_OPTIONS = ['onProgress', 'signal', 'chunkBytes', 'onStarted', 'headers'] as const
export type TransferOption = (typeof OWN_OPTIONS)[number]
export type TransferOptions = Pick<UploadOptions, TransferOption>

const CHUNK_BYTES = 8 * 1024 * 1024
const RETRY_DELAYS_MS = [0, 500, 1000, 2000, 4000, 8000, 15_000, 30_000]

/** 409 and 423: another connection still holds the upload. */
const isTemporary = (status: number): boolean => status < 400 || status >= 500 || [408, 409, 423, 429].includes(status)

/** Browsers say where in a folder it was. */
type DroppedFile = File & { webkitRelativePath?: string }

interface Content {
  fileName: string
  /** Absent of a stream. */
  part?: Part
  input: unknown
}

/** Uploads what a data set is made of, resuming over broken connections, and makes the data set. */
export async function uploadDataset(http: Http, source: UploadSource, options: UploadOptions): Promise<DatasetInfo> {
  const settings: Partial<UploadOptions> = { ...options }
  for (const own of OWN_OPTIONS) delete settings[own]
  const content = await contentOf(http, source)
  const upload = await sent(http, content, options)
  const name =
    settings.name ?? content.fileName.replace(/(?<!\.(?:zip|tar|gz|bz2|xz|zst))(?:\.(?:zip|tar|gz|bz2|xz|zst))+$/, '')
  const body = { ...settings, name, upload }
  return http.read(http.api.POST('/v1/datasets', { body, params: { header: idempotent(`upload-${upload}`) } }))
}

/** Uploads images for what is there already. @returns the id of the upload */
export const uploadImages = async (http: Http, source: UploadSource, options: TransferOptions): Promise<string> =>
  sent(http, await contentOf(http, source), options)

async function contentOf({ platform }: Http, source: UploadSource): Promise<Content> {
  if (typeof source === 'string') {
    if (platform.pathFiles === undefined)
      throw new AnnealError('A browser has no paths: give the files.', { code: 'invalid_request' })
    const { isFolder, files } = await platform.pathFiles(source)
    const name =
      source
        .replace(/(?<![/\\])[/\\]+$/, '')
        .split(/[/\\]/)
        .at(-1) ?? 'data'
    const [first] = files
    return isFolder || first === undefined ? folderOf(`${name}.tar`, files) : partContent(name, first.part)
  }
  if (source instanceof ReadableStream) return { fileName: 'data', input: await platform.streamInput(source) }
  if (source instanceof Blob) return partContent('name' in source ? String(source.name) : 'data', blobPart(source))
  const files = source.map((file) => ({
    path: (file as DroppedFile).webkitRelativePath || file.name,
    part: blobPart(file),
  }))
  const [first = ''] = files[0]?.path.split('/') ?? []
  return folderOf(files.every(({ path }) => path.startsWith(`${first}/`)) ? `${first}.tar` : 'data.tar', files)
}

async function folderOf(fileName: string, files: readonly NamedPart[]): Promise<Content> {
  if (files.length === 0) throw new AnnealError('There are no files to upload.', { code: 'dataset_empty' })
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  return partContent(fileName, {
    ...(await tarOf(sorted)),
    changed: sorted.map(({ path, part }) => `${path} ${part.changed}`).join(),
  })
}

const partContent = (fileName: string, part: Part): Content => ({ fileName, part, input: part })

/** Reads pieces of a part for the upload library. */
const readerOf = (http: Http): FileReader => ({
  openFile: async (part: Part) => ({
    size: part.sizeBytes,
    slice: async (start, end) => {
      const bytes = await part.read(start, Math.min(end, part.sizeBytes))
      return { value: http.platform.piece(bytes), done: start + bytes.byteLength >= part.sizeBytes }
    },
    close: () => undefined,
  }),
})

async function fingerprintOf({ fileName, part }: Content, { url, headers }: Http): Promise<string> {
  const text = [url, headers['authorization'], fileName, part?.sizeBytes, part?.changed].join('\n')
  return `anneal-${(await sha256(new TextEncoder().encode(text))) ?? randomKey()}`
}

/** @returns the id of the upload, all of which has come */
async function sent(http: Http, content: Content, options: TransferOptions): Promise<string> {
  const { signal, onProgress, onStarted, headers, chunkBytes = CHUNK_BYTES } = options
  const fingerprint = await fingerprintOf(content, http)
  return new Promise((resolve, reject) => {
    const upload = new Upload(content.input as Blob, {
      endpoint: `${http.url}/v1/uploads`,
      headers: { ...http.headers, ...headers },
      metadata: { filename: content.fileName },
      chunkSize: chunkBytes,
      retryDelays: RETRY_DELAYS_MS,
      onShouldRetry: ({ originalResponse }) => isTemporary(originalResponse?.getStatus() ?? 0),
      fingerprint: async () => fingerprint,
      removeFingerprintOnSuccess: true,
      ...(content.part === undefined ? { uploadLengthDeferred: true } : { fileReader: readerOf(http) }),
      onUploadUrlAvailable: () => onStarted?.(idOf(upload)),
      onProgress: (bytes, total) => onProgress?.(bytes, content.part === undefined ? null : total),
      onError: (error) => reject(failureOf(http.url, error)),
      onSuccess: () => resolve(idOf(upload)),
    })
    const abort = (): void => void upload.abort().finally(() => reject(signal?.reason as Error))
    if (signal?.aborted === true) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    void resumed(upload, content).then(() => upload.start(), reject)
  })
}

const idOf = ({ url }: Upload): string => url?.split('/').at(-1) ?? ''

/** Takes up what an earlier upload of the same source has left, where it is remembered. */
async function resumed(upload: Upload, { part }: Content): Promise<void> {
  if (part === undefined) return
  const [previous] = await upload.findPreviousUploads()
  if (previous !== undefined) upload.resumeFromPreviousUpload(previous)
}

function failureOf(url: string, error: Error): AnnealError {
  const response = error instanceof DetailedError ? error.originalResponse : null
  if (response === null)
    return new AnnealError(
      `The upload to ${url} failed: ${error.message}`,
      { code: 'unavailable', retryable: true },
      { cause: error },
    )
  const headers = new Headers({ 'x-request-id': response.getHeader('x-request-id') ?? '' })
  return errorOf({ status: response.getStatus(), headers }, problemIn(response.getBody()))
}
