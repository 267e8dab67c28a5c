import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { request } from 'undici'
import { AppError } from '../errors.ts'
import { ApiError } from './api-error.ts'
import { folderArchive } from './folder-archive.ts'

export interface StreamedEvent {
  id: string
  type: string
  data: unknown
}

const BOUNDARY = '----anneal-upload-boundary'
const RECONNECT_MS = 1000
const UPLOAD_ATTEMPTS = 4
/** Answers after which the same upload may succeed. */
const AWAY = [429, 502, 503, 504]

type Progress = (sentBytes: number, totalBytes: number) => void

/** Whether a call failed between here and the service, rather than in reading what it sends. */
const isNetworkFailure = (cause: unknown): cause is Error & { code?: string } =>
  cause instanceof Error &&
  !('path' in cause) &&
  'code' in cause &&
  typeof cause.code === 'string' &&
  (/^(UND_ERR_|ERR_SSL|ERR_TLS|CERT_|DEPTH_|SELF_|UNABLE_)/.test(cause.code) ||
    'syscall' in cause ||
    cause.code === 'EPIPE')

/** A client of the REST API. */
export class Client {
  private readonly url: string
  private readonly key: string

  constructor({ url, key }: { url: string; key: string }) {
    this.url = url.replace(/\/$/, '')
    this.key = key
  }

  async get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path)
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, JSON.stringify(body), { 'content-type': 'application/json' })
  }

  async remove(path: string): Promise<void> {
    await this.call('DELETE', path)
  }

  /** Streams an archive, or a folder as one, as a new data set; tries again where the service was away. */
  async upload<T>(path: string, options: { name: string; onProgress?: Progress }): Promise<T> {
    const key = randomUUID()
    for (let attempt = 1; ; attempt++)
      try {
        return await this.send<T>(path, { ...options, key })
      } catch (error) {
        const isAway =
          error instanceof AppError ? error.retryable : error instanceof ApiError && AWAY.includes(error.status)
        if (!isAway || attempt === UPLOAD_ATTEMPTS) throw error
        await setTimeout(RECONNECT_MS * 2 ** attempt)
      }
  }

  private async send<T>(
    path: string,
    { name, key, onProgress = () => undefined }: { name: string; key: string; onProgress?: Progress },
  ): Promise<T> {
    const isFolder = (await stat(path)).isDirectory()
    const { stream, sizeBytes } = isFolder
      ? await folderArchive(path)
      : { stream: createReadStream(path), sizeBytes: (await stat(path)).size }
    const fileName = `${basename(resolve(path))}${isFolder ? '.tar' : ''}`.replaceAll(/["\r\n]/g, '')
    const head = Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="name"\r\n\r\n${name}\r\n--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    )
    const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
    let sent = 0
    async function* body(): AsyncGenerator<Buffer> {
      yield head
      for await (const chunk of stream) {
        sent += (chunk as Buffer).byteLength
        onProgress(Math.min(sent, sizeBytes), sizeBytes)
        yield chunk as Buffer
      }
      yield tail
    }
    return this.call<T>('POST', '/v1/datasets', Readable.from(body()), {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'idempotency-key': key,
      ...(isFolder ? {} : { 'content-length': String(head.byteLength + sizeBytes + tail.byteLength) }),
    })
  }

  /** A job's events as they come, over reconnections, until the job has ended. */
  async *events(jobId: string): AsyncGenerator<StreamedEvent> {
    let last = '0'
    for (;;) {
      let finished = false
      try {
        const response = await request(`${this.url}/v1/jobs/${jobId}/events`, {
          headers: { authorization: `Bearer ${this.key}`, accept: 'text/event-stream', 'last-event-id': last },
          bodyTimeout: 60_000,
        })
        if (response.statusCode !== 200) await this.fail(response.statusCode, await response.body.text())
        const messages: EventSourceMessage[] = []
        const parser = createParser({ onEvent: (message) => messages.push(message) })
        for await (const chunk of response.body) {
          parser.feed((chunk as Buffer).toString('utf8'))
          for (const { id, event, data } of messages.splice(0)) {
            last = id ?? last
            yield { id: last, type: event ?? 'message', data: JSON.parse(data) as unknown }
          }
        }
        finished = true
      } catch (error) {
        if (error instanceof ApiError && !AWAY.includes(error.status)) throw error
      }
      if (finished) return
      await setTimeout(RECONNECT_MS)
    }
  }

  async download(path: string): Promise<Readable> {
    const response = await this.ask(path, { headers: { authorization: `Bearer ${this.key}` } })
    if (response.statusCode !== 200) await this.fail(response.statusCode, await response.body.text())
    return response.body
  }

  private async call<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: string | Readable,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await this.ask(path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.body.text()
    if (response.statusCode >= 300) await this.fail(response.statusCode, text)
    return this.parsed<T>(text)
  }

  /** @throws AppError `unavailable` where no server listens. */
  private async ask(path: string, options: Parameters<typeof request>[1]): ReturnType<typeof request> {
    try {
      return await request(`${this.url}${path}`, options)
    } catch (cause) {
      if (!isNetworkFailure(cause)) throw cause
      throw new AppError(
        'unavailable',
        `No server answers at ${this.url} (${cause.code ?? cause.message}); \`anneal serve\` starts one.`,
        { cause, retryable: true },
      )
    }
  }

  /** @throws AppError `unavailable` for what is no JSON: another server answers */
  private parsed<T>(text: string): T {
    try {
      return (text === '' ? undefined : JSON.parse(text)) as T
    } catch (cause) {
      throw new AppError('unavailable', `What answers at ${this.url} is not Anneal: it sends no JSON.`, { cause })
    }
  }

  private async fail(status: number, text: string): Promise<never> {
    let problem: object
    try {
      problem = JSON.parse(text) as object
    } catch {
      problem = { detail: text.slice(0, 500) }
    }
    throw new ApiError(status, problem)
  }
}
