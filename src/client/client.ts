import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout } from 'node:timers/promises'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { AppError } from '../errors.ts'
import type { DatasetOptions } from '../service/dataset-options.ts'
import { ApiError } from './api-error.ts'
import { uploadResumably, type Call, type Progress } from './resumable-upload.ts'
import { uploadSource } from './upload-source.ts'
import { fileState, memoryState } from './upload-state.ts'

export interface StreamedEvent {
  id: string
  type: string
  data: unknown
}

export interface UploadOptions {
  name: string
  /** How the data set is read. */
  options?: Omit<DatasetOptions, 'name'>
  /** Where what is under way is noted. */
  stateFolder?: string
  onProgress?: Progress
  /** Told of the links in a folder that lead nowhere, or in circles; they are left out. */
  onDeadLinks?: (paths: string[]) => void
}

const RECONNECT_MS = 1000
/** Answers of a service that is away. */
const AWAY = [429, 502, 503, 504]

/** A stream that says nothing for so long, not even a heartbeat, is dead. */
const SILENT_MS = 60_000

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

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PATCH', path, JSON.stringify(body), { 'content-type': 'application/json' })
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, JSON.stringify(body), { 'content-type': 'application/json' })
  }

  async remove(path: string): Promise<void> {
    await this.call('DELETE', path)
  }

  /**
   * Uploads an archive, or a folder as one, as a new data set. Broken connections are resumed; with `stateFolder`, so is what a process that
   * was killed had begun.
   */
  async upload<T>(path: string, options: UploadOptions): Promise<T> {
    const { name, stateFolder, onDeadLinks, onProgress = () => undefined } = options
    const dataset = { ...options.options, name }
    const source = await uploadSource(path)
    if (source.deadLinks.length > 0) onDeadLinks?.(source.deadLinks)
    const key = createHash('sha256').update(`${this.url}\0${this.key}\0${source.fingerprint}`).digest('hex')
    const state = stateFolder === undefined ? memoryState() : fileState(stateFolder, key)
    return this.parsed<T>(
      await uploadResumably((...call) => this.answer(...call), source, { dataset, state, onProgress }),
    )
  }

  /** A job's events as they come, over reconnections, until the job has ended. */
  events(jobId: string): AsyncGenerator<StreamedEvent> {
    return this.stream(`/v1/jobs/${jobId}/events`)
  }

  /** What a path streams, over reconnections, until it ends. @throws AppError `unavailable` where the first connection fails */
  async *stream(path: string): AsyncGenerator<StreamedEvent> {
    let last = '0'
    let isKnown = false
    for (;;) {
      try {
        for await (const event of this.connection(path, last)) {
          isKnown = true
          last = event.id === '' ? last : event.id
          yield { ...event, id: last }
        }
        return
      } catch (error) {
        if (error instanceof ApiError ? !AWAY.includes(error.status) : !isKnown) throw error
      }
      await setTimeout(RECONNECT_MS)
    }
  }

  async download(path: string): Promise<Readable> {
    const response = await this.ask(path, { redirect: 'follow' })
    if (response.status !== 200) await this.fail(response, await response.text())
    return Readable.fromWeb(response.body ?? new Blob([]).stream())
  }

  /** The events of one connection, after that one. */
  private async *connection(path: string, last: string): AsyncGenerator<StreamedEvent> {
    const silence = new AbortController()
    const timer = globalThis.setTimeout(() => silence.abort(), SILENT_MS)
    try {
      const headers = { accept: 'text/event-stream', 'last-event-id': last }
      const response = await this.ask(path, { headers, signal: silence.signal })
      if (response.status !== 200) await this.fail(response, await response.text())
      const messages: EventSourceMessage[] = []
      const parser = createParser({ onEvent: (message) => messages.push(message) })
      const decoder = new TextDecoder()
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        timer.refresh()
        parser.feed(decoder.decode(chunk, { stream: true }))
        for (const { id = '', event = 'message', data } of messages.splice(0))
          yield { id, type: event, data: JSON.parse(data) as unknown }
      }
    } finally {
      clearTimeout(timer)
      silence.abort()
    }
  }

  private async call<T>(...call: Parameters<Call>): Promise<T> {
    return this.parsed<T>((await this.answer(...call)).text)
  }

  private async answer(...[method, path, body, headers = {}]: Parameters<Call>): ReturnType<Call> {
    const sent =
      body instanceof Readable
        ? { body: body as unknown as ReadableStream, duplex: 'half' as const }
        : { body: body ?? null }
    const response = await this.ask(path, { method, headers, ...sent })
    const text = await response.text().catch((cause: unknown) => this.unanswered(cause))
    if (response.status >= 300) await this.fail(response, text)
    return { headers: Object.fromEntries(response.headers), text }
  }

  /** @throws AppError `unavailable` where no server answers */
  private async ask(path: string, options: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${this.key}`, ...(options.headers as Record<string, string> | undefined) }
    return fetch(`${this.url}${path}`, { redirect: 'manual', ...options, headers }).catch((error: unknown) =>
      this.unanswered(error),
    )
  }

  /** @throws what went wrong in reading what was sent; else AppError `unavailable` */
  private unanswered(error: unknown): never {
    const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : error
    if (!(cause instanceof Error) || cause instanceof AppError || 'path' in cause) throw cause
    const { code = cause.message } = cause as NodeJS.ErrnoException
    throw new AppError('unavailable', `No server answers at ${this.url} (${code}); \`anneal serve\` starts one.`, {
      cause,
      retryable: true,
    })
  }

  /** @throws AppError `unavailable` for what is no JSON: another server answers */
  private parsed<T>(text: string): T {
    try {
      return (text === '' ? undefined : JSON.parse(text)) as T
    } catch (cause) {
      throw new AppError('unavailable', `What answers at ${this.url} is not Anneal: it sends no JSON.`, { cause })
    }
  }

  private async fail({ status, headers }: Response, text: string): Promise<never> {
    const moved = headers.get('location')
    if (status >= 300 && status < 400 && moved !== null)
      throw new AppError(
        'unavailable',
        `${this.url} sends its callers on to ${moved}; give the address of the service itself.`,
      )
    let problem: object
    try {
      problem = text === '' ? {} : (JSON.parse(text) as object)
    } catch {
      problem = { detail: text.slice(0, 500) }
    }
    throw new ApiError(status, problem)
  }
}
