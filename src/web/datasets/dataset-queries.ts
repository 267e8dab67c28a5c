import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { components, operations } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { everyMs } from '../queries.ts'

type Schemas = components['schemas']
export type Dataset = Schemas['Dataset']
export type DatasetSummary = Schemas['DatasetSummary']
export type DatasetVersion = Schemas['DatasetVersion']
export type DatasetItem = Schemas['DatasetItem']
export type IngestReport = Schemas['IngestReport']
export type ItemsQuery = NonNullable<operations['listDatasetItems']['parameters']['query']>
export type ListQuery = NonNullable<operations['listDatasets']['parameters']['query']>

const first: string | undefined = undefined
const next = ({ nextCursor }: { nextCursor: string | null }): string | undefined => nextCursor ?? undefined
const isSettled = (state: string): boolean => state === 'ready' || state === 'failed'

/** Query of one more page. */
export const pageAfter = <T extends object>(query: T, after: string | undefined): T & { after?: string } =>
  after === undefined ? query : { ...query, after }

export const datasetsQuery = (query: ListQuery) =>
  infiniteQueryOptions({
    queryKey: ['datasets', 'list', query],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET('/v1/datasets', { params: { query: pageAfter(query, pageParam) }, signal })),
    initialPageParam: first,
    getNextPageParam: next,
    refetchInterval: ({ state }) =>
      state.data?.pages.every((page) => page.data.every((one) => isSettled(one.state))) === true ? 15_000 : 2000,
  })

/** @param id of a data set, or ID@VERSION */
export const datasetQuery = (id: string) =>
  queryOptions({
    queryKey: ['datasets', id],
    queryFn: ({ signal }) => data(api.GET('/v1/datasets/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) =>
      everyMs(state.data !== undefined && isSettled(state.data.state) ? 15_000 : 1000)({ state }),
  })

export const reportQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['datasets', id, 'report', version],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/datasets/{id}/report', { params: { path: { id: `${id}@${version}` } }, signal })),
    staleTime: Infinity,
  })

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['datasets', id, 'versions'],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/datasets/{id}/versions', {
          params: { path: { id }, query: pageAfter({ limit: 100 }, pageParam) },
          signal,
        }),
      ),
    initialPageParam: first,
    getNextPageParam: next,
    refetchInterval: ({ state }) =>
      state.data?.pages.every((page) => page.data.every((one) => isSettled(one.state))) === true ? 15_000 : 1500,
  })

/** Images of a version, which never change. */
export const itemsQuery = (id: string, version: number, query: ItemsQuery) =>
  infiniteQueryOptions({
    queryKey: ['datasets', id, 'items', version, query],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/datasets/{id}/items', {
          params: { path: { id: `${id}@${version}` }, query: pageAfter({ ...query, limit: 200 }, pageParam) },
          signal,
        }),
      ),
    initialPageParam: first,
    getNextPageParam: next,
    staleTime: Infinity,
  })

export const imagesOf = (images: { train: number; val: number; test: number } | null): number | null =>
  images === null ? null : images.train + images.val + images.test
