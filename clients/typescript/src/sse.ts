import { EventSourceParserStream } from 'eventsource-parser/stream'
import { AnnealError, errorOf, problemIn } from './errors.ts'
import { backOffMs, sleep } from './retry.ts'

export interface StreamedEvent {
  id: string
  type: string
  data: unknown
}

const FIRST_DELAY_MS = 500
/** Connections in a row that bring nothing. */
const MAX_VAIN = 10

/**
 * Server-sent events as they come. A connection that breaks is resumed after the last event that has come; the stream ends where the service
 * ends it.
 */
export async function* streamed(
  open: (after: string, signal: AbortSignal | null) => Promise<Response>,
  { after = '0', signal }: { after?: string; signal?: AbortSignal },
): AsyncGenerator<StreamedEvent> {
  let last = after
  for (let vain = 0; ; vain++) {
    try {
      const response = await open(last, signal ?? null)
      if (!response.ok) throw errorOf(response, problemIn(await response.text()))
      if (response.body === null) return
      const messages = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
      const reader = messages.getReader()
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          const { id, event = 'message', data } = next.value
          last = id ?? last
          vain = 0
          yield { id: last, type: event, data: JSON.parse(data) as unknown }
        }
        return
      } finally {
        await reader.cancel().catch(() => undefined)
      }
    } catch (error) {
      if (signal?.aborted === true || vain >= MAX_VAIN) throw error
      if (error instanceof AnnealError && !error.retryable) throw error
    }
    await sleep(backOffMs(vain, FIRST_DELAY_MS), signal)
  }
}
