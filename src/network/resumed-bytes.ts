import { setTimeout as sleep } from 'node:timers/promises'

/** What a server answers to a request for the bytes from a position on. */
export interface RangeAnswer {
  body: AsyncIterable<Buffer>
  /** How many bytes it is to have. */
  bytes: number
  etag: string | undefined
}

interface Resumption {
  start?: number
  /** Asks for what follows a position, of the content that has the ETag of the first answer. */
  open: (position: number, etag: string | undefined) => Promise<RangeAnswer>
  /** Whether it is of no use to ask again. */
  isFinal: (error: unknown) => boolean
  /** Failures with no byte in between. */
  maxFailures: number
  /** Before the first further request; twice as long before each that follows. */
  waitMs: number
  signal?: AbortSignal | undefined
}

/** The bytes of something that a server has, over broken connections and answers that are cut short. */
export async function* resumedBytes(options: Resumption): AsyncGenerator<Buffer> {
  const { start = 0, open, isFinal, maxFailures, waitMs, signal } = options
  let position = start
  let end = Infinity
  let etag: string | undefined
  for (let failures = 0; ;) {
    try {
      const answer = await open(position, etag)
      etag ??= answer.etag
      end = position + answer.bytes
      for await (const chunk of answer.body) {
        if (chunk.byteLength === 0) continue
        position += chunk.byteLength
        failures = 0
        yield chunk
      }
      if (position >= end) return
      throw new Error(`The content was cut short at byte ${position}.`)
    } catch (error) {
      // It broke after the last byte.
      if (position >= end) return
      if (signal?.aborted === true || isFinal(error) || failures++ >= maxFailures) throw error
      await sleep(waitMs * 2 ** (failures - 1), undefined, { signal })
    }
  }
}
