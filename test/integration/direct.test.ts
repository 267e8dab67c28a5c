import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Direct } from '../../src/store/direct.ts'
import { Prisma } from '../../src/store/generated/client.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const LOCK = 42
const FIRST = { name: 'lock', text: 'SELECT pg_advisory_xact_lock($1)', values: [LOCK] }

let service: ServiceUnderTest
let pool: pg.Pool
let direct: Direct
let other: pg.Client
beforeAll(async () => {
  service = await startService()
  pool = new pg.Pool({ connectionString: service.database.url, max: 2 })
  direct = new Direct(pool)
  other = new pg.Client({ connectionString: service.database.url })
  await other.connect()
  await other.query('CREATE TABLE noted (n integer PRIMARY KEY)')
})
afterAll(async () => {
  await other.end()
  await pool.end()
  await service.stop()
})

const noted = async (): Promise<number[]> =>
  (await other.query<{ n: number }>('SELECT n FROM noted ORDER BY n')).rows.map(({ n }) => n)

describe('a statement that goes to the server after another one', () => {
  it('sees what was committed while that one waited, and lets its lock go', async () => {
    await other.query('BEGIN')
    await other.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    const counted = direct.after<{ n: number }[]>(FIRST, Prisma.sql`SELECT n FROM noted`)
    await waits()
    await other.query('INSERT INTO noted VALUES (1)')
    await other.query('COMMIT')
    expect(await counted).toEqual([{ n: 1 }])
    expect((await other.query('SELECT pg_try_advisory_lock($1) AS free', [LOCK])).rows).toEqual([{ free: true }])
    await other.query('SELECT pg_advisory_unlock($1)', [LOCK])
  })

  it('is undone with it where it fails, and leaves the pool usable', async () => {
    const twice = Prisma.sql`WITH one AS (INSERT INTO noted VALUES (2) RETURNING n) INSERT INTO noted SELECT n FROM one`
    await expect(direct.after(FIRST, twice)).rejects.toThrow('duplicate key')
    expect(await noted()).toEqual([1])
    expect(await direct.after(FIRST, Prisma.sql`SELECT 3 AS n`)).toEqual([{ n: 3 }])
  })

  async function waits(): Promise<void> {
    for (;;) {
      const { rows } = await other.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
      if (rows.length > 0) return
    }
  }
})

describe('a transaction', () => {
  it('writes all of it or nothing', async () => {
    await direct.transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO noted VALUES (${4})`
      await tx.$executeRaw`INSERT INTO noted VALUES (${5})`
    })
    const failing = direct.transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO noted VALUES (${6})`
      throw new Error('changed its mind')
    })
    await expect(failing).rejects.toThrow('changed its mind')
    expect(await noted()).toEqual([1, 4, 5])
  })
})

describe('values', () => {
  it('come back as they were sent, dates in UTC', async () => {
    const value = { text: `it's "\\ \n`, list: [1, null] }
    const at = new Date('2026-07-01T12:00:00.125Z')
    const rows = await direct.$queryRaw`
      SELECT ${value}::jsonb AS value, ${at}::timestamp AS at, ${['a', 'b,"c']}::text[] AS texts, ${null}::text AS nothing`
    expect(rows).toEqual([{ value, at, texts: ['a', 'b,"c'], nothing: null }])
  })
})
