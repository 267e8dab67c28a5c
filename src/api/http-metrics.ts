import type { FastifyInstance } from 'fastify'
import { Gauge, Histogram, type Registry } from 'prom-client'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

/** Counts and times requests by route: as it is declared, so that there are as many series as routes. Live streams count when they end. */
export function addHttpMetrics(app: FastifyInstance, registry: Registry): void {
  const open = new Gauge({
    name: 'anneal_http_requests_in_progress',
    help: 'Requests that are being answered, live streams included.',
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'anneal_http_request_duration_seconds',
    help: 'Requests and how long they took, by method, route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [registry],
  })
  app.addHook('onRequest', (request, reply, done) => {
    open.inc()
    // Also of answers that are written past Fastify, and of callers that go away.
    reply.raw.once('close', () => {
      open.dec()
      const route = request.routeOptions.url ?? 'none'
      duration.observe({ method: request.method, route, status: reply.raw.statusCode }, reply.elapsedTime / 1000)
    })
    done()
  })
}
