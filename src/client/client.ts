import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { request } from 'undici'
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

  /** What a path streams, over reconnections, until it ends. */
  async *stream(path: string): AsyncGenerator<StreamedEvent> {
    let last = '0'
    for (;;) {
      let finished = false
      try {
        const response = await request(`${this.url}${path}`, {
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

  private async call<T>(...call: Parameters<Call>): Promise<T> {
    return this.parsed<T>((await this.answer(...call)).text)
  }

  private async answer(...[method, path, body, headers = {}]: Parameters<Call>): ReturnType<Call> {
    const response = await this.ask(path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.body.text()
    if (response.statusCode >= 300) await this.fail(response.statusCode, text)
    return { headers: response.headers, text }
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
      problem = text === '' ? {} : (JSON.parse(text) as object)
    } catch {
      problem = { detail: text.slice(0, 500) }
    }
    throw new ApiError(status, problem)
  }
}
