import { fileBlob, fileStream } from './download.ts'
import { AnnealError } from './errors.ts'
import type { Http } from './http.ts'
import { sha256 } from './random-hash.ts'
import type { CheckpointInfo, ExportQuery, Prediction, PredictQuery } from './types.ts'

/** Weights of a job. */
export class Checkpoint {
  readonly id: string
  readonly info: CheckpointInfo
  private readonly http: Http

  constructor(http: Http, info: CheckpointInfo) {
    this.http = http
    this.info = info
    this.id = info.id
  }

  /** The safetensors file, whose hash is checked where hashes are to be had. @throws AnnealError `checkpoint_damaged` where it is another */
  async download(): Promise<Blob> {
    const blob = await fileBlob(this.http, `/v1/checkpoints/${this.id}/content`)
    const found = await sha256(await blob.arrayBuffer())
    if (found === undefined || found === this.info.sha256) return blob
    throw new AnnealError(`What came of checkpoint ${this.id} has the SHA-256 ${found}, not ${this.info.sha256}.`, {
      code: 'checkpoint_damaged',
    })
  }

  /** The same as it comes, for files that do not fit into memory. */
  stream(): ReadableStream<Uint8Array> {
    return fileStream(this.http, `/v1/checkpoints/${this.id}/content`)
  }

  /** The model in a format for others to run. */
  export(query: ExportQuery): Promise<Blob> {
    return fileBlob(this.http, `/v1/checkpoints/${this.id}/exports?${new URLSearchParams(query)}`)
  }

  async predict(images: Blob | readonly Blob[], query: PredictQuery = {}): Promise<Prediction[]> {
    const params = { path: { id: this.id }, query }
    const call = this.http.api.POST('/v1/checkpoints/{id}/predict', { params, ...formOf(images) })
    return (await this.http.read(call)).data
  }
}

/** Images as the form that predictions take. */
export function formOf(images: Blob | readonly Blob[]) {
  const form = new FormData()
  for (const [i, image] of [images].flat().entries())
    form.append('images', image, image instanceof File ? image.name : `image ${i + 1}`)
  return { body: { images: [] as string[] }, bodySerializer: () => form }
}
