import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { DatasetOptions } from '../service/dataset-options.ts'
import { ApiError } from './api-error.ts'
import type { UploadSource } from './upload-source.ts'
import type { UploadState } from './upload-state.ts'

export type Progress = (sentBytes: number, totalBytes: number) => void

/** A call of the API. @throws ApiError, or AppError where no server answers */
export type Call = (
  method: 'GET' | 'POST' | 'PUT' | 'HEAD' | 'PATCH' | 'DELETE',
  path: string,
  body?: string | Readable,
  headers?: Record<string, string>,
) => Promise<{ headers: Record<string, string | string[] | undefined>; text: string }>

interface UploadOptions {
  dataset: DatasetOptions
  state: UploadState
  onProgress: Progress
}

const TUS = { 'tus-resumable': '1.0.0' }
const RETRY_MS = 1000
const MAX_RETRY_MS = 15_000
/** Attempts in a row that bring nothing further: few for a service that was never there, more for one that may be starting again. */
const MAX_VAIN_ATTEMPTS = { before: 4, underWay: 12 }
/** Answers after which the same call may succeed: those of a service that is away, and of another connection that still holds the upload. */
const TEMPORARY = [409, 423, 429, 502, 503, 504]

/**
 * Sends a source as a resumable upload and makes a data set of it. Broken connections are resumed; so is what another process began.
 * @returns the data set as JSON
 */
export async function uploadResumably(call: Call, source: UploadSource, options: UploadOptions): Promise<string> {
  let furthest = 0
  const onProgress: Progress = (sent, total) => {
    if (sent > furthest) vain = 0
    furthest = Math.max(furthest, sent)
    options.onProgress(sent, total)
  }
  let vain = 0
  for (;;) {
    try {
      return await attempt(call, source, { ...options, onProgress })
    } catch (error) {
      const isUnderWay = (await options.state.read()) !== undefined
      const most = isUnderWay ? MAX_VAIN_ATTEMPTS.underWay : MAX_VAIN_ATTEMPTS.before
      if (!isTemporary(error) || ++vain >= most) throw error
      await setTimeout(Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** vain))
    }
  }
}

const isTemporary = (error: unknown): boolean =>
  error instanceof AppError ? error.retryable : error instanceof ApiError && TEMPORARY.includes(error.status)

async function attempt(call: Call, source: UploadSource, options: UploadOptions): Promise<string> {
  const { dataset, state } = options
  const id = await send(call, source, options)
  const content = { 'content-type': 'application/json', 'idempotency-key': keyOf(id, dataset) }
  try {
    const { text } = await call('POST', '/v1/datasets', JSON.stringify({ ...dataset, upload: id }), content)
    await state.remove()
    return text
  } catch (error) {
    // It has expired: the next attempt begins from the start.
    if (!(error instanceof ApiError && error.status === 404)) throw error
    await state.remove()
    throw new AppError('unavailable', 'The upload has expired at the service; upload it again.', { retryable: true })
  }
}

/** The same upload and options make one data set, however often it is asked for. */
const keyOf = (id: string, dataset: DatasetOptions): string =>
  `${id}-${createHash('sha256').update(JSON.stringify(dataset)).digest('hex').slice(0, 16)}`

/** @returns the id of the upload, all of which has come */
async function send(call: Call, source: UploadSource, { state, onProgress }: UploadOptions): Promise<string> {
  const known = await state.read()
  if (known?.isWhole === true) return known.id
  const { sizeBytes } = source
  const offset = known === undefined ? undefined : await offsetOf(call, known.id)
  const id = known !== undefined && offset !== undefined ? known.id : await begin(call, source)
  const start = offset ?? 0
  await state.write({ id, isWhole: false })
  onProgress(start, sizeBytes)
  if (start < sizeBytes) {
    const body = Readable.from(counted(source.read(start), (sent) => onProgress(start + sent, sizeBytes)))
    await call('PATCH', `/v1/uploads/${id}`, body, {
      ...TUS,
      'content-type': 'application/offset+octet-stream',
      'content-length': String(sizeBytes - start),
      'upload-offset': String(start),
    })
  }
  await state.write({ id, isWhole: true })
  return id
}

async function begin(call: Call, { sizeBytes, fileName }: UploadSource): Promise<string> {
  const { headers } = await call('POST', '/v1/uploads', undefined, {
    ...TUS,
    'upload-length': String(sizeBytes),
    'upload-metadata': `filename ${Buffer.from(fileName).toString('base64')}`,
  })
  const [id] = /up_[a-z0-9]+$/.exec(String(headers['location'])) ?? []
  if (id !== undefined) return id
  throw new AppError('unavailable', 'What answers is not Anneal: it names no upload.')
}

/** Where an upload ends; undefined for one that is gone. */
async function offsetOf(call: Call, id: string): Promise<number | undefined> {
  try {
    const { headers } = await call('HEAD', `/v1/uploads/${id}`, undefined, TUS)
    return Number(headers['upload-offset'])
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 410)) return undefined
    throw error
  }
}

async function* counted(content: Readable, onSent: (bytes: number) => void): AsyncGenerator<Buffer> {
  let sent = 0
  for await (const chunk of content as AsyncIterable<Buffer>) {
    yield chunk
    sent += chunk.byteLength
    onSent(sent)
  }
}
