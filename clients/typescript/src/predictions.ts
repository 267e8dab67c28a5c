import { failed, type WaitOptions } from './datasets.ts'
import { fileBlob } from './download.ts'
import { given, idempotent, items, type Http } from './http.ts'
import { sleep } from './retry.ts'
import type { NewPredictionBatch, PredictionBatch } from './types.ts'
import { uploadImages, type TransferOptions, type UploadSource } from './upload.ts'

/** Predictions of many images, which a worker makes. */
export class Predictions {
  private readonly http: Http

  constructor(http: Http) {
    this.http = http
  }

  /** Uploads images that belong to no data set. @returns what `create` takes as `upload` */
  upload(source: UploadSource, options: TransferOptions = {}): Promise<string> {
    return uploadImages(this.http, source, options)
  }

  async create(body: NewPredictionBatch): Promise<Predicted> {
    const call = this.http.api.POST('/v1/predictions', { body, params: { header: idempotent() } })
    return new Predicted(this.http, await this.http.read(call))
  }

  list(): AsyncGenerator<PredictionBatch> {
    return items((after) =>
      this.http.read(this.http.api.GET('/v1/predictions', { params: { query: given({}, after) } })),
    )
  }
}

export class Predicted {
  readonly id: string
  /** As it was when it was read last. */
  info: PredictionBatch
  private readonly http: Http

  constructor(http: Http, info: PredictionBatch) {
    this.http = http
    this.info = info
    this.id = info.id
  }

  async wait({ onProgress, signal, everyMs = 1000 }: WaitOptions<PredictionBatch> = {}): Promise<this> {
    for (;;) {
      const call = this.http.api.GET('/v1/predictions/{id}', { params: { path: { id: this.id } } })
      this.info = await this.http.read(call)
      onProgress?.(this.info)
      if (this.info.state === 'succeeded') return this
      if (this.info.state === 'failed') throw failed(`Batch ${this.id}`, this.info.reason)
      await sleep(everyMs, signal)
    }
  }

  /** The result, in the format that was asked for. */
  download(): Promise<Blob> {
    return fileBlob(this.http, `/v1/predictions/${this.id}/content`)
  }
}
