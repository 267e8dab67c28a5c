import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Services } from '../service/services.ts'
import { requireMetricsAccess } from './metrics-access.ts'
import { readiness } from './readiness.ts'

/** Whether the process lives, whether it can serve, and its metrics for Prometheus. */
export function addProbes(app: FastifyInstance, services: Services, metricsToken: string | undefined): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  app.get('/livez', { schema: { hide: true } }, () => ({ status: 'ok' }))
  const ready = readiness(services)
  app.get('/readyz', { schema: { hide: true } }, async () => {
    await ready()
    return { status: 'ok' }
  })
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    requireMetricsAccess(request, metricsToken)
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
