import type { components, paths } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import type { Cursor, PageOf } from '../shared/use-pages.ts'

export type ApiKey = components['schemas']['ApiKey']
export type MadeKey = ApiKey & { secret: string }
export type NewKey = paths['/v1/api-keys']['post']['requestBody']['content']['application/json']
export interface Rotation {
  overlapHours: number
  expiresAt?: string
}

/** What is done with keys: with all of the team, or with one's own. */
export interface KeyCalls {
  /** Where the list is kept. */
  queryKey: readonly string[]
  list(cursor: Cursor, signal: AbortSignal): Promise<PageOf<ApiKey>>
  create(key: NewKey): Promise<MadeKey>
  rotate(id: string, rotation: Rotation): Promise<MadeKey>
  revoke(id: string): Promise<unknown>
}

const LIMIT = 100

export const TEAM_KEYS: KeyCalls = {
  queryKey: ['team', 'keys'],
  list: (cursor, signal) => data(api.GET('/v1/api-keys', { params: { query: { limit: LIMIT, ...cursor } }, signal })),
  create: (body) => data(api.POST('/v1/api-keys', { body })),
  rotate: (id, body) => data(api.POST('/v1/api-keys/{id}/rotate', { params: { path: { id } }, body })),
  revoke: (id) => data(api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } })),
}

export const OWN_KEYS: KeyCalls = {
  queryKey: ['team', 'own-keys'],
  list: (cursor, signal) =>
    data(api.GET('/v1/me/api-keys', { params: { query: { limit: LIMIT, ...cursor } }, signal })),
  create: (body) => data(api.POST('/v1/me/api-keys', { body })),
  rotate: (id, body) => data(api.POST('/v1/me/api-keys/{id}/rotate', { params: { path: { id } }, body })),
  revoke: (id) => data(api.DELETE('/v1/me/api-keys/{id}', { params: { path: { id } } })),
}
