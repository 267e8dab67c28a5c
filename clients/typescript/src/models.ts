import { formOf } from './checkpoints.ts'
import { given, idempotent, items, type Http } from './http.ts'
import type { ModelInfo, ModelVersion, PredictQuery } from './types.ts'

/** The registry: models by name, with versions and aliases. */
export class Models {
  private readonly http: Http

  constructor(http: Http) {
    this.http = http
  }

  create(name: string, { description = '' } = {}): Promise<ModelInfo> {
    const call = this.http.api.POST('/v1/models', { body: { name, description }, params: { header: idempotent() } })
    return this.http.read(call)
  }

  get(name: string): Promise<ModelInfo> {
    return this.http.read(this.http.api.GET('/v1/models/{name}', { params: { path: { name } } }))
  }

  list(): AsyncGenerator<ModelInfo> {
    return items((after) => this.http.read(this.http.api.GET('/v1/models', { params: { query: given({}, after) } })))
  }

  /** Registers a checkpoint, or the best one of a job, as the next version. */
  register(name: string, body: { checkpoint?: string; job?: string; description?: string }): Promise<ModelVersion> {
    return this.http.read(this.http.api.POST('/v1/models/{name}/versions', { params: { path: { name } }, body }))
  }

  versions(name: string): AsyncGenerator<ModelVersion> {
    return items((after) =>
      this.http.read(
        this.http.api.GET('/v1/models/{name}/versions', { params: { path: { name }, query: given({}, after) } }),
      ),
    )
  }

  /** Points an alias, such as `champion`, at a version. */
  promote(name: string, alias: string, version: number, reason: string) {
    const call = this.http.api.PUT('/v1/models/{name}/aliases/{alias}', {
      params: { path: { name, alias } },
      body: { version, reason },
    })
    return this.http.read(call)
  }

  /** NAME, NAME:VERSION or NAME@ALIAS; the answer says which version it was. */
  predict(name: string, images: Blob | readonly Blob[], query: PredictQuery = {}) {
    const params = { path: { name }, query }
    return this.http.read(this.http.api.POST('/v1/models/{name}/predict', { params, ...formOf(images) }))
  }
}
