import { Checkpoint } from './checkpoints.ts'
import { failed, type WaitOptions } from './datasets.ts'
import { AnnealError } from './errors.ts'
import { given, idempotent, items, type Http } from './http.ts'
import { sleep } from './retry.ts'
import type {
  JobEvent,
  JobInfo,
  JobsQuery,
  JobSubmission,
  JobSummary,
  LogLine,
  LogQuery,
  MetricSeries,
  MetricsQuery,
  Report,
} from './types.ts'

const ENDED = ['succeeded', 'stopped', 'failed', 'canceled']
const EVERY_MS = 2000

/** Training jobs of the team. */
export class Jobs {
  private readonly http: Http

  constructor(http: Http) {
    this.http = http
  }

  /** Submits a job: a spec with its data set, and tags, limits and the like. A key that is given makes it safe to run a program again. */
  async create(body: JobSubmission, { idempotencyKey }: { idempotencyKey?: string } = {}): Promise<Job> {
    const call = this.http.api.POST('/v1/jobs', { body, params: { header: idempotent(idempotencyKey) } })
    return new Job(this.http, await this.http.read(call))
  }

  /** What a job would be: its resolved spec, why, and an estimate. */
  validate(body: JobSubmission) {
    return this.http.read(this.http.api.POST('/v1/jobs:validate', { body }))
  }

  async get(id: string): Promise<Job> {
    return new Job(this.http, await read(this.http, id))
  }

  list(query: JobsQuery = {}): AsyncGenerator<JobSummary> {
    return items((after) => this.http.read(this.http.api.GET('/v1/jobs', { params: { query: given(query, after) } })))
  }

  compare(a: string, b: string) {
    return this.http.read(this.http.api.POST('/v1/jobs:compare', { body: { jobs: [a, b] } }))
  }
}

const read = (http: Http, id: string): Promise<JobInfo> =>
  http.read(http.api.GET('/v1/jobs/{id}', { params: { path: { id } } }))

export class Job {
  readonly id: string
  /** As it was when it was read last. */
  info: JobInfo
  private readonly http: Http

  constructor(http: Http, info: JobInfo) {
    this.http = http
    this.info = info
    this.id = info.id
  }

  private get params() {
    return { params: { path: { id: this.id } } }
  }

  async refresh(): Promise<JobInfo> {
    this.info = await read(this.http, this.id)
    return this.info
  }

  /** Waits until it has succeeded, or was stopped with its weights kept. @throws AnnealError with the reason where it has not */
  async wait({ onProgress, signal, everyMs = EVERY_MS }: WaitOptions<JobInfo> = {}): Promise<this> {
    for (;;) {
      const { state, reason } = await this.refresh()
      onProgress?.(this.info)
      if (state === 'succeeded' || state === 'stopped') return this
      if (state === 'canceled') throw new AnnealError(`Job ${this.id} was canceled.`, { code: 'canceled' })
      if (ENDED.includes(state)) throw failed(`Job ${this.id}`, reason)
      await sleep(everyMs, signal)
    }
  }

  /** Its events, those to come too, until it has ended. */
  async *events(options: { after?: string; signal?: AbortSignal } = {}): AsyncGenerator<Omit<JobEvent, 'at'>> {
    yield* this.http.stream(`/v1/jobs/${this.id}/events`, options)
  }

  /** Series of [step, value] by key. */
  async metrics({ keys, ...query }: MetricsQuery = {}): Promise<MetricSeries[]> {
    const asked = keys === undefined ? query : { ...query, keys: keys.join() }
    const params = { path: { id: this.id }, query: asked }
    const { data } = await this.http.read(this.http.api.GET('/v1/jobs/{id}/metrics', { params }))
    return data as MetricSeries[]
  }

  /** What it has printed; with `follow`, what it prints until it ends too. */
  logs({
    follow = false,
    signal,
    ...query
  }: LogQuery & { follow?: boolean; signal?: AbortSignal } = {}): AsyncGenerator<LogLine> {
    if (follow) return this.followed(query, signal)
    return items(async (after) => {
      const params = { path: { id: this.id }, query: given(query, after) }
      const page = await this.http.read(this.http.api.GET('/v1/jobs/{id}/logs', { params }))
      return page as { data: LogLine[]; nextCursor: string | null }
    })
  }

  private async *followed({ after, ...query }: LogQuery, signal: AbortSignal | undefined): AsyncGenerator<LogLine> {
    const asked = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
    const path = `/v1/jobs/${this.id}/logs?${new URLSearchParams(asked)}`
    const lines = this.http.stream(path, {
      ...(after === undefined ? {} : { after }),
      ...(signal === undefined ? {} : { signal }),
    })
    for await (const { data } of lines) yield data as LogLine
  }

  async checkpoints(): Promise<Checkpoint[]> {
    const { data } = await this.http.read(this.http.api.GET('/v1/jobs/{id}/checkpoints', this.params))
    return data.map((info) => new Checkpoint(this.http, info))
  }

  /** The checkpoint of a kind, looked up when something is done with it: `job.checkpoint('best').download()`. */
  checkpoint(kind: 'best' | 'last' | 'averaged'): CheckpointOf {
    return new CheckpointOf(this, kind)
  }

  /** How good the model is. */
  report(): Promise<Report> {
    return this.http.read(this.http.api.GET('/v1/jobs/{id}/report', this.params)) as Promise<Report>
  }

  async cancel(): Promise<JobInfo> {
    return (this.info = await this.http.read(this.http.api.POST('/v1/jobs/{id}/cancel', this.params)))
  }

  async stop(): Promise<JobInfo> {
    return (this.info = await this.http.read(this.http.api.POST('/v1/jobs/{id}/stop', this.params)))
  }

  async pause(): Promise<JobInfo> {
    return (this.info = await this.http.read(this.http.api.POST('/v1/jobs/{id}/pause', this.params)))
  }

  async resume(): Promise<JobInfo> {
    return (this.info = await this.http.read(this.http.api.POST('/v1/jobs/{id}/resume', this.params)))
  }

  async retry(): Promise<JobInfo> {
    return (this.info = await this.http.read(this.http.api.POST('/v1/jobs/{id}/retry', this.params)))
  }

  /** Into the trash, or for good. */
  async delete({ permanent = false } = {}): Promise<void> {
    const params = { path: { id: this.id }, query: { permanent } }
    await this.http.read(this.http.api.DELETE('/v1/jobs/{id}', { params }))
  }
}

/** A checkpoint of a job by its kind, looked up when something is done with it. */
export class CheckpointOf {
  private readonly job: Job
  private readonly kind: 'best' | 'last' | 'averaged'

  constructor(job: Job, kind: 'best' | 'last' | 'averaged') {
    this.job = job
    this.kind = kind
  }

  /** @throws AnnealError `not_found` where the job has none of the kind */
  async get(): Promise<Checkpoint> {
    const found = (await this.job.checkpoints()).find(({ info }) => info.kind === this.kind)
    if (found !== undefined) return found
    throw new AnnealError(`Job ${this.job.id} has no checkpoint \`${this.kind}\`.`, { code: 'not_found', status: 404 })
  }

  async download(): Promise<Blob> {
    return (await this.get()).download()
  }

  async stream(): Promise<ReadableStream<Uint8Array>> {
    return (await this.get()).stream()
  }

  async predict(...call: Parameters<Checkpoint['predict']>): ReturnType<Checkpoint['predict']> {
    return (await this.get()).predict(...call)
  }

  async export(...call: Parameters<Checkpoint['export']>): ReturnType<Checkpoint['export']> {
    return (await this.get()).export(...call)
  }
}
