import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data, file } from '../api.ts'

type Schemas = components['schemas']
export type Model = Schemas['RegisteredModel']
export type ModelVersion = Schemas['ModelVersion']
export type Promotion = Schemas['Promotion']
export type Batch = Schemas['PredictionBatch']

const first: string | undefined = undefined
const next = ({ nextCursor }: { nextCursor: string | null }): string | undefined => nextCursor ?? undefined
const page = (limit: number, after: string | undefined) => (after === undefined ? { limit } : { limit, after })

export const modelsQuery = infiniteQueryOptions({
  queryKey: ['models', 'list'],
  queryFn: ({ pageParam, signal }) => data(api.GET('/v1/models', { params: { query: page(100, pageParam) }, signal })),
  initialPageParam: first,
  getNextPageParam: next,
})

export const modelQuery = (name: string) =>
  queryOptions({
    queryKey: ['models', name],
    queryFn: ({ signal }) => data(api.GET('/v1/models/{name}', { params: { path: { name } }, signal })),
  })

export const versionsQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: ['models', name, 'versions'],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET('/v1/models/{name}/versions', { params: { path: { name }, query: page(100, pageParam) }, signal })),
    initialPageParam: first,
    getNextPageParam: next,
  })

export const versionQuery = (name: string, version: number) =>
  queryOptions({
    queryKey: ['models', name, 'versions', version],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/models/{name}/versions/{version}', { params: { path: { name, version } }, signal })),
  })

export const promotionsQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: ['models', name, 'promotions'],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET('/v1/models/{name}/promotions', { params: { path: { name }, query: page(50, pageParam) }, signal })),
    initialPageParam: first,
    getNextPageParam: next,
  })

export const cardQuery = (name: string, version: number) =>
  queryOptions({
    queryKey: ['models', name, 'card', version],
    queryFn: async ({ signal }) =>
      (await file(`/v1/models/${encodeURIComponent(name)}/versions/${version}/card`, signal)).text(),
  })

/** By which a model is named in a path: that of another team by its id. */
export const refOf = ({ id, name, sharedBy }: Model): string => (sharedBy === null ? name : id)
