import type { FastifyInstance } from 'fastify'
import { addPoolMetrics, processRegistry, type Exposition } from '../metrics/registry.ts'
import type { Services } from '../service/services.ts'
import { addHttpMetrics } from './http-metrics.ts'
import { addServiceMetrics } from './service-metrics.ts'

/** The metrics of an API process: its requests, connections and event loop, and the queue, jobs and workers of the installation. */
export function apiMetrics(app: FastifyInstance, { store }: Pick<Services, 'store'>): Exposition {
  const registry = processRegistry()
  addHttpMetrics(app, registry)
  addPoolMetrics(registry, () => store.connections())
  const refresh = addServiceMetrics(registry, store, app.log)
  return {
    contentType: registry.contentType,
    async text() {
      await refresh()
      return registry.metrics()
    },
  }
}
