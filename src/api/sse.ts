import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../service/ports/caller.ts'
import type { StreamItem } from './backlog.ts'
import type { StreamHub, StreamReader } from './stream-hub.ts'
import type { OpenStreams } from './stream-limits.ts'

const HEARTBEAT_MS = 15_000
/** A reader that takes nothing for so long is cut off; it may come back with `Last-Event-ID`. */
const STALLED_MS = 60_000
/** Of frames that are written at once; a longer one is written alone. */
const WRITE_CHARACTERS = 200_000
/** When a reader that was cut off, or got no place, is to come back. */
const RETRY_MS = 2000
const RETRY_AFTER_SECONDS = 5

/** The live streams of an API process. */
export interface Streams {
  events: StreamHub
  logs: StreamHub
  open: OpenStreams
}

export interface StreamRequest {
  hub: StreamHub
  open: OpenStreams
  /** Whose items are sent. */
  topic: string
  /** Those that are sent; all without it. */
  accepts?: (item: StreamItem) => boolean
}

/** What is looked up while a stream is open: the key, and the session where one was opened with it. */
const credentialOf = ({ keyId, session }: Caller): string => (session === undefined ? keyId : `${session}.${keyId}`)

/** Server-sent events from `Last-Event-ID` on, until nothing comes any more and everything was sent, or the key is revoked. */
export async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  { hub, open, topic, accepts = () => true }: StreamRequest,
): Promise<FastifyReply> {
  const { caller, headers } = request
  const last = headers['last-event-id']
  const after = typeof last === 'string' && /^\d{1,18}$/.test(last) ? BigInt(last) : 0n
  // It stays where no place is left, and the call is refused.
  reply.header('retry-after', String(RETRY_AFTER_SECONDS))
  const close = open.open(caller)
  const bell = doorbell()
  const { teamId } = caller
  const reader: StreamReader = { topic, keyId: credentialOf(caller), teamId, closed: false, wake: bell.ring }
  hub.add(reader)
  reply.hijack()
  const { raw } = reply
  raw.once('close', () => {
    reader.closed = true
    bell.ring()
  })
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'keep-alive',
    'x-request-id': request.id,
  })
  try {
    await written(raw, `retry: ${RETRY_MS}\n\n`)
    await feed(hub, reader, raw, { after, bell, accepts })
  } catch (error) {
    request.log.warn({ event: 'stream_failed', error: error instanceof Error ? error.message : String(error) })
  } finally {
    hub.remove(reader)
    close()
    raw.end()
  }
  return reply
}

async function feed(
  hub: StreamHub,
  reader: StreamReader,
  raw: ServerResponse,
  { after, bell, accepts }: { after: bigint; bell: Doorbell; accepts: (item: StreamItem) => boolean },
): Promise<void> {
  let cursor = after
  let heardAt = performance.now()
  while (!reader.closed) {
    const batch = await hub.next(reader, cursor)
    if (batch.kind === 'ended') return
    if (batch.kind === 'items') {
      cursor = batch.upTo
      const frames = batch.items.filter(accepts).map(({ frame }) => frame)
      if (frames.length === 0) continue
      for (const text of joined(frames)) await written(raw, text)
      heardAt = performance.now()
      continue
    }
    if (performance.now() - heardAt > HEARTBEAT_MS) {
      await written(raw, ': still here\n\n')
      heardAt = performance.now()
    }
    if (!reader.closed) await bell.heard(HEARTBEAT_MS)
  }
}

/** Texts of several frames each, of which no more is buffered than one. */
function* joined(frames: readonly string[]): Generator<string> {
  let text = ''
  for (const frame of frames) {
    if (text.length + frame.length > WRITE_CHARACTERS && text !== '') {
      yield text
      text = ''
    }
    text += frame
  }
  if (text !== '') yield text
}

/** Writes no more than the reader takes. */
async function written(raw: ServerResponse, text: string): Promise<void> {
  if (raw.destroyed || raw.write(text)) return
  const stalled = await new Promise<boolean>((resolve) => {
    const end = (result: boolean) => (): void => {
      clearTimeout(timer)
      raw.off('drain', drained).off('close', drained)
      resolve(result)
    }
    const drained = end(false)
    const timer = setTimeout(end(true), STALLED_MS)
    raw.once('drain', drained).once('close', drained)
  })
  if (stalled) raw.destroy()
}

interface Doorbell {
  ring: () => void
  /** Resolves once it has rung since it was last heard, or after a time. */
  heard: (withinMs: number) => Promise<void>
}

function doorbell(): Doorbell {
  let rung = false
  let answer = (): void => undefined
  return {
    ring() {
      rung = true
      answer()
    },
    async heard(withinMs) {
      if (!rung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, withinMs)
          answer = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      rung = false
    },
  }
}
