import { setTimeout } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ENDED_STATES } from '../service/job-states.ts'
import type { Services } from '../service/services.ts'

const POLL_MS = 300
const HEARTBEAT_MS = 15_000
const PAGE = 500

/** Server-sent events of a job from `Last-Event-ID` on, until it has ended and everything was sent. */
export async function streamEvents(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
): Promise<FastifyReply> {
  const { caller } = request
  const last = request.headers['last-event-id']
  let after = typeof last === 'string' && /^\d+$/.test(last) ? last : '0'
  await services.job(caller, id)
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'keep-alive',
  })
  let open = true
  raw.once('close', () => (open = false))
  let heardAt = performance.now()
  try {
    while (open) {
      const { state } = await services.job(caller, id)
      const { data } = await services.events(caller, id, { limit: PAGE, after })
      for (const event of data)
        raw.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`)
      after = data.at(-1)?.id ?? after
      if (data.length > 0) heardAt = performance.now()
      else if (ENDED_STATES.includes(state)) break
      else if (performance.now() - heardAt > HEARTBEAT_MS) {
        raw.write(': still here\n\n')
        heardAt = performance.now()
      }
      if (data.length < PAGE) await setTimeout(POLL_MS)
    }
  } catch (error) {
    request.log.warn({ event: 'stream_failed', error: error instanceof Error ? error.message : String(error) })
  }
  raw.end()
  return reply
}
