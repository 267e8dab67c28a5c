import pg from 'pg'
import { openStore } from '../../src/store/postgres.ts'
import { aWorker, startService } from '../../test/helpers/service.ts'
import { printHeading, printStep, printTable, writeResult } from '../report.ts'
import { median, quantile } from '../statistics.ts'

const TEAMS = 50
const LEASE_MS = 600_000
const REASON = { code: 'internal', fault: 'infra', retryable: false, detail: 'Ended by the benchmark.' } as const

interface Measured {
  claims: number
  seconds: number
  milliseconds: number[]
}

/** Claims of workers that ask all at once, each of which ends what it has claimed and asks again, beside a bare table that is claimed row by row. */
export async function claims({
  jobs,
  workers,
  seconds,
}: {
  jobs: number
  workers: number
  seconds: number
}): Promise<void> {
  printHeading(
    'Claims a second: the next job by fair share, its attempt and its end, and one row of a bare table',
    `${jobs} queued jobs of ${TEAMS} teams, ${workers} workers that ask at once, ${seconds} s each`,
  )
  const service = await startService()
  const owner = new pg.Client({ connectionString: service.database.url })
  await owner.connect()
  try {
    printStep(`filling the queue with ${jobs} jobs`)
    await fill(owner, jobs)
    printStep('claiming them')
    const ours = await oursOf(service.database.workerUrl, workers, seconds)
    const { rows } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS "count" FROM "Job" WHERE "state" = 'queued'`,
    )
    printStep('claiming rows of a bare table')
    const bare = await bareOf(service.database.url, { jobs, workers, seconds })
    const table = Object.entries({ 'next job': ours, 'bare row': bare }).map(
      ([what, { claims: count, milliseconds, ...took }]) => ({
        what,
        claims: count,
        'claims/s': (count / took.seconds).toFixed(0),
        'median ms': median(milliseconds).toFixed(1),
        'p95 ms': quantile(milliseconds, 0.95).toFixed(1),
      }),
    )
    printTable(table)
    console.log(`\n${rows[0]?.count ?? 0} jobs were still queued at the end`)
    writeResult('scale-claims', { teams: TEAMS, jobs, workers, seconds, table })
  } finally {
    await owner.end()
    await service.stop()
  }
}

async function fill(owner: pg.Client, jobs: number): Promise<void> {
  await owner.query(
    `INSERT INTO "Team" ("id", "name") SELECT 'team_' || i, 'team ' || i FROM generate_series(1, ${TEAMS}) AS i`,
  )
  await owner.query(
    `INSERT INTO "DatasetVersion" ("id", "datasetId", "number", "isCurrent", "teamId", "name", "state", "sizeBytes")
     SELECT 'ds_' || i || '@1', 'ds_' || i, 1, true, 'team_' || i, 'data', 'ready', 1 FROM generate_series(1, ${TEAMS}) AS i`,
  )
  await owner.query(
    `INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons", "createdAt", "priority")
     SELECT 'job_' || lpad(i::text, 9, '0'), 'team_' || 1 + i % ${TEAMS}, 'ds_' || 1 + i % ${TEAMS} || '@1', 'run ' || i, 'queued',
       '{}', 'hash', '{}', now() - i * interval '1 second', i % 3
     FROM generate_series(1, $1::int) AS i`,
    [jobs],
  )
  await owner.query('VACUUM ANALYZE')
}

/** Each worker has connections of its own, as a process of its own would. */
async function oursOf(databaseUrl: string, workers: number, seconds: number): Promise<Measured> {
  const stores = Array.from({ length: workers }, () => openStore(databaseUrl))
  try {
    const identities = await Promise.all(
      stores.map(async (store, i) => {
        const worker = aWorker({ name: `host:${i}` })
        await store.registerWorker(worker, 'active')
        return worker
      }),
    )
    return await timed(seconds, workers, async (i) => {
      const [store, worker] = [stores[i]!, identities[i]!]
      const devices = { kind: 'cpu', count: 1, worker: worker.name, workerId: worker.id } as const
      const began = performance.now()
      const claim = await store.claimNextJob(LEASE_MS, devices)
      const milliseconds = performance.now() - began
      if (claim === undefined) return undefined
      await store.moveJob(claim.id, claim.token, { from: ['starting'], to: 'failed', reason: REASON })
      return milliseconds
    })
  } finally {
    await Promise.all(stores.map((store) => store.close()))
  }
}

async function bareOf(
  url: string,
  { jobs, workers, seconds }: { jobs: number; workers: number; seconds: number },
): Promise<Measured> {
  const clients = Array.from({ length: workers }, () => new pg.Client({ connectionString: url }))
  await Promise.all(clients.map((client) => client.connect()))
  try {
    await clients[0]!.query('CREATE TABLE bare (id bigserial PRIMARY KEY, taken boolean NOT NULL DEFAULT false)')
    await clients[0]!.query('CREATE INDEX ON bare (id) WHERE NOT taken')
    await clients[0]!.query('INSERT INTO bare SELECT FROM generate_series(1, $1)', [100 * jobs])
    await clients[0]!.query('VACUUM ANALYZE bare')
    return await timed(seconds, workers, async (i) => {
      const began = performance.now()
      const { rowCount } = await clients[i]!.query(
        `UPDATE bare SET taken = true
         WHERE id = (SELECT id FROM bare WHERE NOT taken ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)`,
      )
      return rowCount === 1 ? performance.now() - began : undefined
    })
  } finally {
    await clients[0]!.query('DROP TABLE IF EXISTS bare')
    await Promise.all(clients.map((client) => client.end()))
  }
}

/**
 * After one claim of each worker, in which its connection plans what it sends.
 * @param once claims, and says in how many milliseconds; undefined where there is nothing left
 */
async function timed(
  seconds: number,
  workers: number,
  once: (worker: number) => Promise<number | undefined>,
): Promise<Measured> {
  const milliseconds: number[] = []
  for (let i = 0; i < workers; i++) await once(i)
  const began = performance.now()
  const until = began + 1000 * seconds
  await Promise.all(
    Array.from({ length: workers }, async (_, i) => {
      while (performance.now() < until) {
        const took = await once(i)
        if (took === undefined) return
        milliseconds.push(took)
      }
    }),
  )
  return { claims: milliseconds.length, seconds: (performance.now() - began) / 1000, milliseconds }
}
