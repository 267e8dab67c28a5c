import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

export interface BodyLimits {
  /** How long a body other than an upload may take. */
  bodyMs: number
  /** An upload must bring `uploadBytes` in every period of `uploadMs`. */
  uploadMs: number
  uploadBytes: number
  /** How long a client may go on sending what nobody reads. */
  unreadMs: number
}

export const BODY_LIMITS: BodyLimits = { bodyMs: 30_000, uploadMs: 30_000, uploadBytes: 30_000, unreadMs: 1000 }

/** Ends requests whose bodies do not come: a connection costs whoever keeps it as much as it costs the server. */
export function endSlowBodies(app: FastifyInstance, limits: BodyLimits = BODY_LIMITS): void {
  const hook = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { raw } = request
    if (!hasBody(request)) return
    const stop = isJson(request) ? watchTime(request, limits) : watchPace(request, limits)
    raw.once('end', stop).once('close', stop)
    reply.raw.once('close', stop)
  }
  app.addHook('onRequest', hook)
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.complete || raw.destroyed) return
    const timer = setTimeout(() => raw.destroy(), limits.unreadMs)
    timer.unref()
    raw.once('close', () => clearTimeout(timer))
  })
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const isJson = ({ headers }: FastifyRequest): boolean => /^application\/json\b/i.test(headers['content-type'] ?? '')

function watchTime(request: FastifyRequest, { bodyMs }: BodyLimits): () => void {
  const timer = setTimeout(() => cut(request, `it did not end within ${bodyMs / 1000} s`), bodyMs)
  timer.unref()
  return () => clearTimeout(timer)
}

function watchPace(request: FastifyRequest, { uploadMs, uploadBytes }: BodyLimits): () => void {
  const { socket } = request.raw
  let before = socket.bytesRead
  const timer = setInterval(() => {
    const came = socket.bytesRead - before
    before = socket.bytesRead
    // A body that nobody reads at the moment is not slow by its sender's fault.
    if (came < uploadBytes && !request.raw.isPaused())
      cut(request, `only ${came} bytes came within ${uploadMs / 1000} s`)
  }, uploadMs)
  timer.unref()
  return () => clearInterval(timer)
}

function cut(request: FastifyRequest, why: string): void {
  if (request.raw.complete) return
  request.log.warn({ event: 'slow_request_body', requestId: request.id, url: request.url.slice(0, 200), why })
  request.raw.destroy()
}
