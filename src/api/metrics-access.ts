import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/

/** With a token, whoever has it reads the metrics; without one, this machine alone. @throws AppError `unauthorized` */
export function requireMetricsAccess({ headers, socket }: FastifyRequest, token: string | undefined): void {
  if (token === undefined) {
    if (LOOPBACK.test(socket.remoteAddress ?? '127.0.0.1')) return
    throw new AppError(
      'unauthorized',
      'Metrics are for this machine; set ANNEAL_METRICS_TOKEN to read them from others.',
    )
  }
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${token}`)]
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new AppError('unauthorized', 'Send the token of ANNEAL_METRICS_TOKEN as a bearer token.')
}
