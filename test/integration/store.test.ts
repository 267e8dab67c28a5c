import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../src/service/ports/queue.ts'
import type { Store } from '../../src/service/ports/store.ts'
import { powersOf, withClient } from '../../src/store/application-role.ts'
import { applyMigrations, schemaSql } from '../../src/store/migrate.ts'
import { startStore, type ServiceUnderTest, type StoreUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let store: Store
let teamId: string
let newJob: StoreUnderTest['newJob']
beforeAll(async () => {
  ;({ service, store, teamId, newJob } = await startStore())
})
afterAll(() => service.stop())

/** Columns, indexes and constraints of a database. */
async function shapeOf(client: Client): Promise<string[][]> {
  const queries = [
    `SELECT table_name, column_name, data_type, is_nullable, column_default, datetime_precision FROM information_schema.columns WHERE table_schema = 'public'`,
    // Partial indexes and conditions of rows have no place in the schema's file; a test of claims says which indexes there are.
    `SELECT tablename, replace(indexdef, ' ON ONLY ', ' ON ') AS indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE '% WHERE %'`,
    `SELECT conrelid::regclass::text AS tablename, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'c'`,
  ]
  const shape: string[][] = []
  for (const query of queries) {
    const { rows } = await client.query<Record<string, unknown>>(query)
    const own = rows.filter((row) => !String(row['table_name'] ?? row['tablename']).includes('_prisma_migrations'))
    shape.push(own.map((row) => JSON.stringify(row)).sort())
  }
  return shape
}

const noMetrics = { events: [], metrics: [] }

describe('the store', () => {
  it('has a migration for everything in the schema', async () => {
    const url = new URL(service.database.url)
    const migrated = new Client({ connectionString: url.href })
    await migrated.connect()
    await migrated.query('CREATE DATABASE "from_schema"')
    url.pathname = 'from_schema'
    const fresh = new Client({ connectionString: url.href })
    await fresh.connect()
    await fresh.query(await schemaSql(service.database.url))
    expect(await shapeOf(migrated)).toEqual(await shapeOf(fresh))
    await Promise.all([migrated.end(), fresh.end()])
  })

  it('is migrated by one of several that try at once; the others wait and find it up to date', async () => {
    const url = new URL(service.database.url)
    await withClient(url.href, (client) => client.query('CREATE DATABASE "migrated_at_once"'))
    url.pathname = 'migrated_at_once'
    const applied = await Promise.all(Array.from({ length: 4 }, () => applyMigrations(url.href)))
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    expect(await applyMigrations(url.href)).toEqual([])
  })

  it('is reached as a role that is no superuser, owns nothing, and reads and writes every table, later ones too', async () => {
    const { url, applicationUrl } = service.database
    expect(await powersOf(url)).toMatchObject({ superuser: true })
    expect(await powersOf(applicationUrl)).toEqual({
      name: 'anneal_app',
      superuser: false,
      bypassesRowSecurity: false,
      owner: false,
      seesEveryTeam: false,
    })
    await withClient(url, (client) => client.query('CREATE TABLE "Later" ("id" serial PRIMARY KEY)'))
    await withClient(applicationUrl, async (client) => {
      await client.query('INSERT INTO "Later" DEFAULT VALUES')
      const { rows } = await client.query<{ owned: string; tables: string; open: string }>(
        `SELECT count(*) FILTER (WHERE tableowner = current_user) AS owned, count(*) AS tables,
           count(*) FILTER (WHERE has_table_privilege(quote_ident(tablename), 'SELECT, INSERT, UPDATE, DELETE')) AS open
         FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
      )
      expect(rows[0]).toMatchObject({ owned: '0', open: rows[0]?.tables })
      for (const refused of [
        'CREATE TABLE "Mine" ()',
        'DROP TABLE "Later"',
        'CREATE ROLE "other"',
        `COPY "Later" TO PROGRAM 'cat'`,
        'ALTER ROLE CURRENT_USER SUPERUSER',
        'DELETE FROM "_prisma_migrations"',
      ])
        await expect(client.query(refused), refused).rejects.toMatchObject({ code: '42501' })
    })
    await withClient(url, (client) => client.query('DROP TABLE "Later"'))
  })

  it('sends one query at a time in a transaction, also where relations are read side by side', async () => {
    const warnings: string[] = []
    const note = ({ name, message }: Error): void => void warnings.push(`${name}: ${message}`)
    process.on('warning', note)
    const id = await newJob()
    expect(await store.claimJob(id, 10_000)).toMatchObject({ id, checkpoints: [], artifacts: [] })
    await new Promise(setImmediate)
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  it('gives a job to one of many claimants', async () => {
    const id = await newJob()
    const claims = await Promise.all(Array.from({ length: 8 }, () => store.claimJob(id, 10_000).catch(() => undefined)))
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
  })

  it('gives it to another once the lease has run out, and refuses every write of the first', async () => {
    const id = await newJob()
    const zombie = await store.claimJob(id, 0)
    const heir = await store.claimJob(id, 10_000)
    expect(heir?.token).toBe((zombie?.token ?? 0) + 1)
    expect(
      await store.recordJob(id, zombie?.token ?? 0, { ...noMetrics, metrics: [{ key: 'a', step: 1, value: 1 }] }),
    ).toBe(false)
    expect(await store.moveJob(id, zombie?.token ?? 0, { from: ['starting'], to: 'running' })).toBe(false)
    expect((await store.renewJob(id, zombie?.token ?? 0, 10_000)).held).toBe(false)
    expect(await store.metrics(id, { maxPoints: 10 })).toEqual([])
    expect(
      await store.recordJob(id, heir?.token ?? 0, { ...noMetrics, metrics: [{ key: 'a', step: 1, value: 5 }] }),
    ).toBe(true)
    expect(
      await store.recordJob(id, heir?.token ?? 0, { ...noMetrics, metrics: [{ key: 'a', step: 1, value: 6 }] }),
    ).toBe(true)
    expect(await store.metrics(id, { maxPoints: 10 })).toEqual([{ key: 'a', points: [[1, 6]] }])
  })

  it('relays a job’s message once, and keeps it when the queue is away', async () => {
    while ((await store.relayOutbox(() => Promise.resolve())) > 0);
    const id = await newJob()
    await expect(store.relayOutbox(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
    const sent: Message[] = []
    await Promise.all(
      [1, 2, 3].map(() => store.relayOutbox((messages) => Promise.resolve(void sent.push(...messages)))),
    )
    expect(sent).toEqual([{ kind: 'job', ref: id, token: 0 }])
  })

  it('sends nothing again for jobs that wait, however many there are', async () => {
    for (let n = 0; n < 5; n++) await newJob()
    while ((await store.relayOutbox(() => Promise.resolve())) > 0);
    let sent = 0
    for (let round = 0; round < 3; round++)
      await store.relayOutbox(({ length }) => Promise.resolve(void (sent += length)))
    expect(sent).toBe(0)
  })

  it('says why a queued job ended when it is canceled', async () => {
    const id = await newJob()
    expect(await store.requestJobAction(teamId, id, 'cancel')).toBe(true)
    expect(await store.job(teamId, id)).toMatchObject({
      state: 'canceled',
      reason: { code: 'canceled', fault: 'user', retryable: false },
    })
  })

  it('reserves an idempotency key for one of many, and hands on what one that was cut off was to create', async () => {
    let made = 0
    const begin = (bodyHash: string, holdMs = 60_000) =>
      store.beginIdempotent(teamId, 'k', { bodyHash, resourceId: `job_${++made}`, holdMs })
    const kinds = (await Promise.all(Array.from({ length: 8 }, () => begin('a')))).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'new')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'in-flight')).toHaveLength(7)
    expect(await begin('b')).toEqual({ kind: 'reused' })
    const cutOff = await store.beginIdempotent(teamId, 'c', { bodyHash: 'a', resourceId: 'job_c', holdMs: -1000 })
    expect(cutOff).toMatchObject({ kind: 'new', resourceId: 'job_c', resumed: false })
    const heir = { bodyHash: 'a', resourceId: 'job_d', holdMs: 60_000 }
    expect(await store.beginIdempotent(teamId, 'c', heir)).toEqual({ kind: 'new', resourceId: 'job_c', resumed: true })
    expect(await store.beginIdempotent(teamId, 'c', heir)).toEqual({ kind: 'in-flight' })
    await store.endIdempotent(teamId, 'c', 'job_c', { status: 202, response: { id: 1 } })
    expect(await store.beginIdempotent(teamId, 'c', heir)).toEqual({ kind: 'done', status: 202, response: { id: 1 } })
  })

  it('records every change of state in order', async () => {
    const id = await newJob()
    const { token = 0 } = (await store.claimJob(id, 10_000)) ?? {}
    expect(await store.moveJob(id, token, { from: ['running'], to: 'succeeded' })).toBe(false)
    await store.moveJob(id, token, { from: ['starting'], to: 'running' })
    await store.moveJob(id, token, {
      from: ['running'],
      to: 'failed',
      reason: { code: 'x', fault: 'user', retryable: false, detail: 'why' },
    })
    expect((await store.transitions(id)).map(({ from, to }) => [from, to])).toEqual([
      [null, 'queued'],
      ['queued', 'starting'],
      ['starting', 'running'],
      ['running', 'failed'],
    ])
    expect(await store.job(teamId, id)).toMatchObject({ state: 'failed', reason: { code: 'x', detail: 'why' } })
  })

  it('thins metrics to the points that are asked for, the newest among them', async () => {
    const id = await newJob()
    const { token = 0 } = (await store.claimJob(id, 10_000)) ?? {}
    await store.recordJob(id, token, {
      ...noMetrics,
      metrics: Array.from({ length: 1000 }, (_, step) => ({ key: 'k', step, value: step })),
    })
    const [series] = await store.metrics(id, { maxPoints: 100 })
    expect(series?.points.length).toBeGreaterThan(90)
    expect(series?.points.length).toBeLessThanOrEqual(100)
    expect(series?.points.at(-1)).toEqual([999, 999])
  })
})
