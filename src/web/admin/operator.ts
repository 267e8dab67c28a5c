import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { Anneal } from '../../../clients/typescript/src/browser.ts'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { data } from '../api.ts'
import { OPERATOR_SESSION } from '../queries.ts'

type OperatorSession = components['schemas']['OperatorSessionInfo']

let csrfToken: string | undefined

function signed(request: Request): Request {
  if (csrfToken !== undefined) request.headers.set('x-csrf-token', csrfToken)
  return request
}

/** Calls as the operator who is signed in, next to whom a team may be, in the same browser. */
export const { api: operatorApi } = new Anneal({
  retries: 0,
  fetch: (input, init) => fetch(signed(new Request(input, init))),
})

/** Which operator is signed in in this browser; null for none. */
export const operatorQuery = queryOptions({
  queryKey: OPERATOR_SESSION,
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<OperatorSession | null> => {
    const { data: session, response, error } = await operatorApi.GET('/v1/admin/session', { signal })
    if (response.status === 401) return null
    const open = await data(Promise.resolve({ data: session, error, response }))
    csrfToken = open.csrfToken
    return open
  },
})

export async function signInAsOperator(client: QueryClient, token: string): Promise<void> {
  const session = await data(operatorApi.POST('/v1/admin/session', { body: { token } }))
  csrfToken = session.csrfToken
  client.setQueryData(operatorQuery.queryKey, session)
}

export async function signOutAsOperator(client: QueryClient): Promise<void> {
  await data(operatorApi.DELETE('/v1/admin/session'))
  csrfToken = undefined
  client.setQueryData(operatorQuery.queryKey, null)
  client.removeQueries({ predicate: ({ queryKey: [wing, what] }) => wing === 'admin' && what !== 'session' })
}
