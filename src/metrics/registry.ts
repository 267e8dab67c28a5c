import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { ConnectionUse } from '../service/ports/operations.ts'

/** A registry with the metrics of the process: CPU, memory, descriptors, garbage collection and delay of the event loop. */
export function processRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** What is read at `/metrics`. */
export interface Exposition {
  contentType: string
  text(): Promise<string>
}

/** Gauges of the database connections of this process, read when they are asked for. */
export function addPoolMetrics(registry: Registry, pools: () => readonly ConnectionUse[]): void {
  new Gauge({
    name: 'anneal_database_waiting',
    help: 'Queries of this process that wait for a database connection.',
    labelNames: ['role'] as const,
    registers: [registry],
    collect() {
      for (const { role, waiting } of pools()) this.set({ role }, waiting)
    },
  })
  new Gauge({
    name: 'anneal_database_connections',
    help: 'Database connections of this process: busy, idle, and as many as there may be.',
    labelNames: ['role', 'state'] as const,
    registers: [registry],
    collect() {
      for (const { role, ...use } of pools())
        for (const state of ['busy', 'idle', 'max'] as const) this.set({ role, state }, use[state])
    },
  })
}
