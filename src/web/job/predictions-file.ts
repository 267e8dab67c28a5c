import { queryOptions } from '@tanstack/react-query'
import { file } from '../api.ts'
import { answersOf, type Answer } from './answers.ts'

/** Every prediction of a job, from the file that it has left. */
export const answersQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', id, 'answers'],
    staleTime: Infinity,
    gcTime: 60_000,
    queryFn: async ({ signal }): Promise<Answer[]> => {
      const { body } = await file(`/v1/jobs/${id}/artifacts/predictions`, signal)
      if (body === null) return []
      return answersOf(await new Response(body.pipeThrough(new DecompressionStream('gzip'))).text())
    },
  })
