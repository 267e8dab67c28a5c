import { Gauge, type Registry } from 'prom-client'
import type { FastifyBaseLogger } from 'fastify'
import type { OperationsSnapshot, OperationsStore } from '../service/ports/operations.ts'

/** However often somebody asks, the database is asked this seldom. */
const ASKED_FOR_MS = 5000
const MAX_WAIT_MS = 3000
/** Names of the parts between `WAITED_BOUNDS` (src/service/ports/operations.ts). */
const WAITED = ['under_1m', '1m_10m', '10m_1h', '1h_1d', 'over_1d'] as const

type Gauges = ReturnType<typeof gauges>

/**
 * Gauges of queue, jobs and workers, which every API process of an installation reports alike. They are absent while the database does not answer.
 * @returns what brings them up to date, to be awaited before they are read
 */
export function addServiceMetrics(
  registry: Registry,
  store: Pick<OperationsStore, 'operations'>,
  log: Pick<FastifyBaseLogger, 'warn'>,
): () => Promise<void> {
  const all = gauges(registry)
  let asked = -Infinity
  let asking: Promise<void> | undefined
  const ask = async (): Promise<void> => {
    try {
      fill(all, await store.operations())
    } catch (error) {
      for (const gauge of Object.values(all)) gauge.reset()
      all.answered.set(0)
      log.warn({ event: 'metrics_failed', error: error instanceof Error ? error.message : String(error) })
    }
  }
  return async () => {
    if (asking === undefined && performance.now() - asked < ASKED_FOR_MS) return
    asked = performance.now()
    asking ??= ask().finally(() => (asking = undefined))
    // A database that hangs holds up no scrape.
    let timer: NodeJS.Timeout | undefined
    await Promise.race([asking, new Promise((resolve) => (timer = setTimeout(resolve, MAX_WAIT_MS)))])
    clearTimeout(timer)
  }
}

function gauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  return {
    answered: gauge('anneal_operations_up', 'Whether the database answered the questions behind these metrics.'),
    jobs: gauge('anneal_jobs', 'Jobs that have not ended.', 'state'),
    ended: gauge('anneal_jobs_ended_last_hour', 'Jobs that ended in the last hour.', 'state', 'reason'),
    attempts: gauge(
      'anneal_attempts_ended_last_hour',
      'Attempts of jobs that ended in the last hour: `queued` were given back, `lost` lost their worker.',
      'outcome',
      'reason',
    ),
    waited: gauge('anneal_queue_jobs', 'Queued jobs that may run, by how long they have waited.', 'waited'),
    oldest: gauge('anneal_queue_oldest_seconds', 'How long the oldest queued job that may run has waited.'),
    teams: gauge('anneal_queue_teams', 'Teams that have queued jobs that may run.'),
    expired: gauge('anneal_leases_expired', 'Jobs whose worker has not renewed its lease, and which no other has.'),
    datasets: gauge('anneal_datasets_waiting', 'Data sets that are to be fetched or ingested.', 'state'),
    workers: gauge('anneal_workers_connected', 'Workers that are registered and alive.'),
  }
}

function fill(all: Gauges, snapshot: OperationsSnapshot): void {
  const { jobs, ended, attempts, queue, expiredLeases, datasets, workers } = snapshot
  for (const gauge of Object.values(all)) gauge.reset()
  all.answered.set(1)
  for (const { state, count } of jobs) all.jobs.set({ state }, count)
  for (const { state, reason, count } of ended) all.ended.set({ state, reason }, count)
  for (const { outcome, reason, count } of attempts) all.attempts.set({ outcome, reason }, count)
  for (const [part, name] of WAITED.entries()) all.waited.set({ waited: name }, queue.waited[part] ?? 0)
  all.oldest.set(queue.oldestSeconds)
  all.teams.set(queue.teams)
  all.expired.set(expiredLeases)
  for (const { state, count } of datasets) all.datasets.set({ state }, count)
  all.workers.set(workers)
}
