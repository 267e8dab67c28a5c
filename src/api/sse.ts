import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { JobEvent } from '../service/resources.ts'
import type { Services } from '../service/services.ts'
import type { EventHub, StreamReader } from './event-hub.ts'

const HEARTBEAT_MS = 15_000
/** A reader that takes nothing for so long is cut off; it may come back with `Last-Event-ID`. */
const STALLED_MS = 60_000
const MAX_STREAMS_PER_TEAM = 1000
const MAX_STREAMS = 5000

/** Server-sent events of a job from `Last-Event-ID` on, until it has ended and everything was sent, or the key is revoked. */
export async function streamEvents(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, hub }: { id: string; hub: EventHub },
): Promise<FastifyReply> {
  const { caller } = request
  const last = request.headers['last-event-id']
  const after = typeof last === 'string' && /^\d{1,18}$/.test(last) ? last : '0'
  await services.job(caller, id)
  if (hub.count(caller.teamId) >= MAX_STREAMS_PER_TEAM || hub.count() >= MAX_STREAMS)
    throw new AppError(
      'rate_limited',
      `At most ${MAX_STREAMS_PER_TEAM} event streams per team can be open; close some.`,
    )
  const { raw } = reply
  const bell = doorbell()
  const reader: StreamReader = {
    jobId: id,
    keyId: caller.keyId,
    teamId: caller.teamId,
    closed: false,
    wake: bell.ring,
  }
  hub.add(reader)
  reply.hijack()
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
  raw.flushHeaders()
  try {
    await feed(hub, reader, raw, { after, bell })
  } catch (error) {
    request.log.warn({ event: 'stream_failed', error: error instanceof Error ? error.message : String(error) })
  } finally {
    hub.remove(reader)
    raw.end()
  }
  return reply
}

async function feed(
  hub: EventHub,
  reader: StreamReader,
  raw: ServerResponse,
  { after, bell }: { after: string; bell: Doorbell },
): Promise<void> {
  let cursor = after
  let heardAt = performance.now()
  while (!reader.closed) {
    const batch = await hub.next(reader, cursor)
    if (batch.kind === 'ended') return
    if (batch.kind === 'events' && batch.events.length > 0) {
      await send(raw, batch.events)
      cursor = batch.events.at(-1)?.id ?? cursor
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

async function send(raw: ServerResponse, events: readonly JobEvent[]): Promise<void> {
  for (const { id, type, data } of events)
    await written(raw, `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
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
