import { AnnealError } from './errors.ts'
import { given, idempotent, items, type Http } from './http.ts'
import { sleep } from './retry.ts'
import type { DatasetInfo, DatasetsQuery, DatasetSummary, DatasetVersion } from './types.ts'
import {
  uploadDataset,
  uploadImages,
  type TransferOption,
  type TransferOptions,
  type UploadOptions,
  type UploadSource,
} from './upload.ts'

export interface WaitOptions<T> {
  /** Told of each state that is read. */
  onProgress?: (state: T) => void
  signal?: AbortSignal
  /** Between two looks, in milliseconds. */
  everyMs?: number
}

export interface AppendOptions extends TransferOptions {
  /** The version that the next one is made of; the newest that is ready by default. */
  base?: number
  /** Where images go for which the files name no split. */
  split?: 'train' | 'val' | 'test' | 'draw'
}

/** Data sets of the team. */
export class Datasets {
  private readonly http: Http

  constructor(http: Http) {
    this.http = http
  }

  /** Uploads a folder, files, an archive or a stream; the data set is read by a worker, so `wait` for it before it is used. */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<Dataset> {
    return new Dataset(this.http, await uploadDataset(this.http, source, options))
  }

  /** Has a worker fetch an archive, or the files under a prefix. */
  async import(address: string, options: Omit<UploadOptions, TransferOption> = {}): Promise<Dataset> {
    const body = { ...options, import: address }
    const call = this.http.api.POST('/v1/datasets', { body, params: { header: idempotent() } })
    return new Dataset(this.http, await this.http.read(call))
  }

  async get(id: string): Promise<Dataset> {
    return new Dataset(this.http, await read(this.http, id))
  }

  list(query: DatasetsQuery = {}): AsyncGenerator<DatasetSummary> {
    return items((after) =>
      this.http.read(this.http.api.GET('/v1/datasets', { params: { query: given(query, after) } })),
    )
  }
}

const read = (http: Http, id: string): Promise<DatasetInfo> =>
  http.read(http.api.GET('/v1/datasets/{id}', { params: { path: { id } } }))

export class Dataset {
  readonly id: string
  /** As it was when it was read last. */
  info: DatasetInfo
  private readonly http: Http

  constructor(http: Http, info: DatasetInfo) {
    this.http = http
    this.info = info
    this.id = info.id
  }

  async refresh(): Promise<DatasetInfo> {
    this.info = await read(this.http, `${this.id}@${this.info.version}`)
    return this.info
  }

  /** Waits until it can be trained on. @throws AnnealError with the reason where it failed */
  async wait({ onProgress, signal, everyMs = 1000 }: WaitOptions<DatasetInfo> = {}): Promise<this> {
    for (;;) {
      const { state, reason } = await this.refresh()
      onProgress?.(this.info)
      if (state === 'ready') return this
      if (state === 'failed') throw failed(`Data set ${this.id}`, reason)
      await sleep(everyMs, signal)
    }
  }

  report() {
    return this.http.read(this.http.api.GET('/v1/datasets/{id}/report', { params: { path: { id: this.id } } }))
  }

  items(query: { class?: string; split?: 'train' | 'val' | 'test'; suspicious?: boolean } = {}) {
    return items((after) =>
      this.http.read(
        this.http.api.GET('/v1/datasets/{id}/items', { params: { path: { id: this.id }, query: given(query, after) } }),
      ),
    )
  }

  /** Appends images, laid out as for a new data set: makes the next version, which a worker reads. */
  async append(source: UploadSource, { base, split, ...transfer }: AppendOptions = {}): Promise<DatasetVersion> {
    const upload = await uploadImages(this.http, source, transfer)
    const body = {
      append: { upload, ...(split === undefined ? {} : { split }) },
      ...(base === undefined ? {} : { base }),
    }
    const params = { path: { id: this.id }, header: idempotent(`append-${upload}`) }
    return this.http.read(this.http.api.POST('/v1/datasets/{id}/versions', { params, body }))
  }

  async rename(name: string): Promise<DatasetInfo> {
    const call = this.http.api.PATCH('/v1/datasets/{id}', { params: { path: { id: this.id } }, body: { name } })
    this.info = await this.http.read(call)
    return this.info
  }

  /** Into the trash, or for good. */
  async delete({ permanent = false } = {}): Promise<void> {
    const params = { path: { id: this.id }, query: { permanent } }
    await this.http.read(this.http.api.DELETE('/v1/datasets/{id}', { params }))
  }
}

/** The error of something that has ended otherwise than hoped. */
export function failed(what: string, reason: DatasetInfo['reason']): AnnealError {
  const { code = 'internal', detail = 'no reason is known', retryable = false } = reason ?? {}
  return new AnnealError(`${what} failed: ${detail}`, { code: code as AnnealError['code'], retryable })
}
