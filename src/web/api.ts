import { Anneal, AnnealError } from '../../clients/typescript/src/browser.ts'
import { errorOf } from '../../clients/typescript/src/errors.ts'
import { streamed, type StreamedEvent } from '../../clients/typescript/src/sse.ts'
import { credentials } from './credentials.ts'

export { AnnealError }

/** A client of the service, as whoever is signed in, and in the team that is worked in or in another one. Queries are repeated by the cache of queries, and not once more by the client. */
export const annealOf = (team?: string): Anneal =>
  new Anneal({ retries: 0, fetch: (input, init) => fetch(credentials.signed(new Request(input, init), team)) })

export const anneal = annealOf()

/** Calls by path, typed by the OpenAPI document. */
export const { api } = anneal

/** The body of an answer. @throws AnnealError where it is no success */
export async function data<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data: body, error, response } = await call
  if (!response.ok) throw errorOf(response, error)
  return body as T
}

/** An answer that is no JSON: an image, a page, a text. @throws AnnealError where it is no success */
export async function file(path: string, signal?: AbortSignal, accept = '*/*'): Promise<Response> {
  const headers = { accept }
  const request = new Request(path, signal === undefined ? { headers } : { headers, signal })
  const response = await fetch(credentials.signed(request))
  if (response.ok) return response
  throw errorOf(response, await response.json().catch(() => undefined))
}

/** What a path streams after an event, over reconnections, until the service ends it. */
export const events = (path: string, after: string, signal: AbortSignal): AsyncGenerator<StreamedEvent> =>
  streamed(
    (last) => {
      const headers = { accept: 'text/event-stream', 'last-event-id': last }
      return fetch(credentials.signed(new Request(path, { headers, signal })))
    },
    { after, signal },
  )

export const isAway = (error: unknown): boolean => error instanceof AnnealError && error.retryable
