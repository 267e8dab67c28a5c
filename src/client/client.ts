import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { request } from 'undici'
import { AppError } from '../errors.ts'
import { ApiError } from './api-error.ts'

export interface StreamedEvent {
  id: string
  type: string
  data: unknown
}

const BOUNDARY = '----anneal-upload-boundary'
const RECONNECT_MS = 1000
const NO_SERVER = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

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

  /** Streams an archive as a new data set. */
  async upload<T>(
    path: string,
    {
      name,
      onProgress = () => undefined,
    }: { name: string; onProgress?: (sentBytes: number, totalBytes: number) => void },
  ): Promise<T> {
    const { size } = await stat(path)
    const head = Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="name"\r\n\r\n${name}\r\n--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${basename(path).replaceAll('"', '')}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    )
    const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
    let sent = 0
    const counter = new Transform({
      transform(chunk: Buffer, _, next) {
        sent += chunk.byteLength
        onProgress(sent, size)
        next(null, chunk)
      },
    })
    const file = createReadStream(path).pipe(counter)
    async function* body(): AsyncGenerator<Buffer> {
      yield head
      for await (const chunk of file) yield chunk as Buffer
      yield tail
    }
    const headers = {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': String(head.byteLength + size + tail.byteLength),
    }
    return this.call<T>('POST', '/v1/datasets', Readable.from(body()), headers)
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
        if (error instanceof ApiError) throw error
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
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** @throws AppError `unavailable` where no server listens. */
  private async ask(path: string, options: Parameters<typeof request>[1]): ReturnType<typeof request> {
    try {
      return await request(`${this.url}${path}`, options)
    } catch (cause) {
      const { code = '' } = cause as { code?: string }
      if (!NO_SERVER.includes(code)) throw cause
      throw new AppError('unavailable', `No server answers at ${this.url} (${code}); \`anneal serve\` starts one.`, {
        cause,
      })
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
