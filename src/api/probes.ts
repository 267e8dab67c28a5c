import type { FastifyInstance } from 'fastify'
import type { Exposition } from '../metrics/registry.ts'
import type { Services } from '../service/services.ts'
import { requireMetricsAccess } from './metrics-access.ts'
import { readiness } from './readiness.ts'

/** Whether the process lives, whether it can serve, and its metrics for Prometheus. */
export function addProbes(
  app: FastifyInstance,
  services: Services,
  { metrics, metricsToken }: { metrics: Exposition; metricsToken: string | undefined },
): void {
  app.get('/livez', { schema: { hide: true } }, () => ({ status: 'ok' }))
  const ready = readiness(services)
  app.get('/readyz', { schema: { hide: true } }, async () => ({ status: 'ok', ...(await ready()) }))
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    requireMetricsAccess(request, metricsToken)
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}
