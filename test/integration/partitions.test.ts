import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/service/ids.ts'
import { startStore, type StoreUnderTest } from '../helpers/service.ts'

const TABLES = ['Event', 'Metric', 'MetricRange']

let under: StoreUnderTest
let database: pg.Client
beforeAll(async () => {
  under = await startStore()
  database = new pg.Client({ connectionString: under.service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await under.service.stop()
})

/** The first of a month in UTC, so many months from now. */
function month(ahead: number): Date {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead))
}

const suffix = (ahead: number): string => month(ahead).toISOString().slice(0, 7).replace('-', '_')

/** A job that was submitted in a month, with an event and a metric. */
async function jobOf(ahead: number): Promise<string> {
  const id = newId('job', month(ahead).getTime() + 86_400_000)
  await database.query(`UPDATE "Job" SET "id" = $1 WHERE "id" = $2`, [id, await under.newJob()])
  await database.query(`INSERT INTO "Event" ("jobId", "type", "data") VALUES ($1, 'log', '{}')`, [id])
  await database.query(`INSERT INTO "Metric" ("jobId", "key", "step", "value") VALUES ($1, 'loss', 1, 0.5)`, [id])
  return id
}

/** Of each table, the partition that has the rows of a job. */
async function partitionsOf(job: string): Promise<string[]> {
  const found = TABLES.map((table) =>
    database.query<{ name: string }>(
      `SELECT DISTINCT relname AS name FROM "${table}" AS row JOIN pg_class ON pg_class.oid = row.tableoid WHERE "jobId" = $1`,
      [job],
    ),
  )
  return (await Promise.all(found)).flatMap(({ rows }) => rows.map(({ name }) => name))
}

async function partitions(): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'anneal_partitions'::regnamespace AND relkind = 'r'`,
  )
  return rows.map(({ name }) => name)
}

const drop = async (before: Date): Promise<number> => {
  const { rows } = await database.query<{ jobs: string }>('SELECT "anneal_drop_partitions"($1) AS jobs', [before])
  return Number(rows[0]?.jobs)
}

describe('events and metrics', () => {
  it('are in the partition of the month in which their job was submitted', async () => {
    expect(await partitionsOf(await jobOf(1))).toEqual(TABLES.map((table) => `${table}_${suffix(1)}`))
    expect(await partitionsOf(await jobOf(-30))).toEqual(TABLES.map((table) => `${table}_until_${suffix(1)}`))
    expect(await partitionsOf(await jobOf(12))).toEqual(TABLES.map((table) => `${table}_default`))
  })

  it('of one job are looked up in one partition', async () => {
    const job = await jobOf(1)
    const { rows } = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM "Metric" WHERE "jobId" = '${job}' AND "key" = 'loss'`,
    )
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toContain(`"Metric_${suffix(1)}"`.replaceAll('"', ''))
    expect(plan).not.toContain('default')
    expect(plan).not.toContain('until')
  })

  it('are read through their tables alone, whose row security counts', async () => {
    const client = new pg.Client({ connectionString: under.service.database.applicationUrl })
    await client.connect()
    for (const name of await partitions())
      await expect(client.query(`SELECT FROM "anneal_partitions"."${name}"`)).rejects.toMatchObject({ code: '42501' })
    expect((await client.query('SELECT FROM "Event"')).rowCount).toBe(0)
    await expect(client.query('SELECT "anneal_drop_partitions"(now())')).rejects.toMatchObject({ code: '42501' })
    await client.end()
  })

  it('are dropped by the month once all of its jobs have ended, and not before', async () => {
    const [ended, open] = [await jobOf(1), await jobOf(2)]
    const late = month(4)
    const at = new Date(Date.now() - 1000)
    await database.query(`UPDATE "Job" SET "state" = 'failed', "endedAt" = $1 WHERE "id" >= $2 AND "id" <> $3`, [
      at,
      newId('job', month(1).getTime()),
      open,
    ])
    expect(await drop(month(1))).toBe(0)
    expect(await partitions()).toContain(`Metric_${suffix(1)}`)
    expect(await drop(late)).toBeGreaterThan(0)
    const left = await partitions()
    for (const table of TABLES) {
      expect(left).not.toContain(`${table}_${suffix(1)}`)
      expect(left).toContain(`${table}_${suffix(2)}`)
    }
    expect(await partitionsOf(ended)).toEqual([])
    expect(await partitionsOf(open)).toHaveLength(TABLES.length)
    const { rows } = await database.query(`SELECT "historyRemovedAt" IS NOT NULL AS done FROM "Job" WHERE "id" = $1`, [
      ended,
    ])
    expect(rows).toEqual([{ done: true }])
    // What such a job does when it is tried again is kept.
    await database.query(`INSERT INTO "Event" ("jobId", "type", "data") VALUES ($1, 'log', '{}')`, [ended])
    expect(await partitionsOf(ended)).toEqual(['Event_default'])
  })

  it('get partitions for the months to come, and only once', async () => {
    await under.store.addHistoryPartitions()
    const before = await partitions()
    expect(before).toContain(`Metric_${suffix(2)}`)
    await under.store.addHistoryPartitions()
    expect(await partitions()).toEqual(before)
  })
})
