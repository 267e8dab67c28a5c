import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { idempotent } from '../../../clients/typescript/src/http.ts'
import type { JobSubmission, SweepRequest } from '../../../clients/typescript/src/types.ts'
import { api, data } from '../api.ts'
import type { ForkRequest } from './requests.ts'

export type Request =
  | { to: 'jobs'; body: JobSubmission }
  | { to: 'sweeps'; body: SweepRequest }
  | { to: 'fork'; job: string; body: ForkRequest }

/** Submits what is on the page, once: trying the same again after a lost connection makes no second job. */
export function useSubmit(onDone: (request: Request, made: { id: string }) => void) {
  const client = useQueryClient()
  const last = useRef({ content: '', header: idempotent() })
  return useMutation({
    mutationFn: (request: Request): Promise<{ id: string }> => {
      const content = JSON.stringify(request)
      if (last.current.content !== content) last.current = { content, header: idempotent() }
      return send(request, last.current.header)
    },
    onSuccess: (made, request) => {
      void client.invalidateQueries({ queryKey: [request.to === 'sweeps' ? 'sweeps' : 'jobs'] })
      onDone(request, made)
    },
  })
}

function send(request: Request, header: ReturnType<typeof idempotent>): Promise<{ id: string }> {
  if (request.to === 'jobs') return data(api.POST('/v1/jobs', { body: request.body, params: { header } }))
  if (request.to === 'sweeps') return data(api.POST('/v1/sweeps', { body: request.body, params: { header } }))
  const { job: id, body } = request
  return data(api.POST('/v1/jobs/{id}/fork', { body, params: { path: { id }, header } }))
}
