import { queryOptions, skipToken, type QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { errorOf } from '../../clients/typescript/src/errors.ts'
import type { components } from '../../clients/typescript/src/schema.ts'
import { api, data } from './api.ts'
import { credentials } from './credentials.ts'

export type Session = components['schemas']['SessionInfo']

/** Why somebody who was signed in is not any more, in the words of the service; null before, and of who has signed out. */
export const endedQuery = queryOptions<string | null>({
  queryKey: ['session-ended'],
  queryFn: skipToken,
  initialData: null,
})

/** Who is signed in in this browser; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async ({ signal, client }): Promise<Session | null> => {
    const { data: session, response, error } = await api.GET('/v1/session', { signal })
    if (response.status === 401) {
      if (credentials.isOpen()) client.setQueryData(endedQuery.queryKey, errorOf(response, error).message)
      credentials.forget()
      return null
    }
    const open = await data(Promise.resolve({ data: session, error, response }))
    credentials.use(open)
    return open
  },
})

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  staleTime: Infinity,
  queryFn: ({ signal }) => data(api.GET('/v1/sign-in/options', { signal })),
})

export async function signInWithKey(client: QueryClient, apiKey: string): Promise<void> {
  const session = await data(api.POST('/v1/session', { body: { apiKey } }))
  forgetRead(client)
  credentials.use(session)
  client.setQueryData(endedQuery.queryKey, null)
  client.setQueryData(sessionQuery.queryKey, session)
}

export async function signOut(client: QueryClient): Promise<void> {
  await data(api.DELETE('/v1/session'))
  credentials.forget()
  client.setQueryData(endedQuery.queryKey, null)
  client.setQueryData(sessionQuery.queryKey, null)
  forgetRead(client)
}

export function chooseTeam(client: QueryClient, team: string): void {
  credentials.choose(team)
  forgetRead(client)
}

/** The team that is worked in; undefined where none is chosen. */
export const useTeamId = (): string | undefined => useSyncExternalStore(credentials.subscribe, credentials.team)

/** What belongs to no team, or to operators, who sign in by themselves. */
const KEPT: readonly unknown[] = ['session', 'session-ended', 'sign-in-options', 'admin']

/** What one team or key has read is nothing for another. Whoever shows it is drawn anew. */
const forgetRead = (client: QueryClient): void =>
  client.removeQueries({ predicate: ({ queryKey: [first] }) => !KEPT.includes(first) })
