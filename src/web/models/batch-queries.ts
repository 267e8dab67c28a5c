import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { everyMs } from '../queries.ts'
import type { Batch } from './model-queries.ts'

const firstPage = (): string | undefined => undefined

export const isOver = ({ state }: Pick<Batch, 'state'>): boolean => state === 'succeeded' || state === 'failed'

export const batchesQuery = infiniteQueryOptions({
  queryKey: ['predictions', 'list'],
  queryFn: ({ pageParam, signal }) =>
    data(
      api.GET('/v1/predictions', {
        params: { query: pageParam === undefined ? { limit: 100 } : { limit: 100, after: pageParam } },
        signal,
      }),
    ),
  initialPageParam: firstPage(),
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  refetchInterval: ({ state }) =>
    everyMs(state.data?.pages.every((page) => page.data.every(isOver)) === true ? 15_000 : 2000)({ state }),
})

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['predictions', id],
    queryFn: ({ signal }) => data(api.GET('/v1/predictions/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && isOver(state.data) ? false : everyMs(1500)({ state })),
  })

export const modelOf = ({ model, checkpoint }: Batch): string =>
  model === null ? checkpoint : `${model.name}:${model.version}${model.alias === null ? '' : ` (${model.alias})`}`

export const fractionOf = ({ images, predicted }: Batch): number | null =>
  images === null || images === 0 ? null : predicted / images
