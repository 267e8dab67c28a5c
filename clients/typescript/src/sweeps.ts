import { failed, type WaitOptions } from './datasets.ts'
import { given, idempotent, items, type Http } from './http.ts'
import { sleep } from './retry.ts'
import type { SweepInfo, SweepRequest, SweepsQuery, SweepSummary } from './types.ts'

/** Sweeps of the team: many jobs over the values of a spec’s fields. */
export class Sweeps {
  private readonly http: Http

  constructor(http: Http) {
    this.http = http
  }

  async create(body: SweepRequest, { idempotencyKey }: { idempotencyKey?: string } = {}): Promise<Sweep> {
    const call = this.http.api.POST('/v1/sweeps', { body, params: { header: idempotent(idempotencyKey) } })
    return new Sweep(this.http, await this.http.read(call))
  }

  async get(id: string): Promise<Sweep> {
    return new Sweep(this.http, await read(this.http, id))
  }

  list(query: SweepsQuery = {}): AsyncGenerator<SweepSummary> {
    return items((after) => this.http.read(this.http.api.GET('/v1/sweeps', { params: { query: given(query, after) } })))
  }
}

const read = (http: Http, id: string): Promise<SweepInfo> =>
  http.read(http.api.GET('/v1/sweeps/{id}', { params: { path: { id } } }))

export class Sweep {
  readonly id: string
  /** As it was when it was read last. */
  info: SweepInfo
  private readonly http: Http

  constructor(http: Http, info: SweepInfo) {
    this.http = http
    this.info = info
    this.id = info.id
  }

  async refresh(): Promise<SweepInfo> {
    this.info = await read(this.http, this.id)
    return this.info
  }

  /** Waits for all of its trials. @throws AnnealError with the reason where it has not succeeded */
  async wait({ onProgress, signal, everyMs = 2000 }: WaitOptions<SweepInfo> = {}): Promise<this> {
    for (;;) {
      const { state, reason } = await this.refresh()
      onProgress?.(this.info)
      if (state === 'succeeded') return this
      if (state !== 'running') throw failed(`Sweep ${this.id}`, reason)
      await sleep(everyMs, signal)
    }
  }

  async cancel(): Promise<SweepInfo> {
    const call = this.http.api.POST('/v1/sweeps/{id}/cancel', { params: { path: { id: this.id } } })
    return (this.info = await this.http.read(call))
  }
}
