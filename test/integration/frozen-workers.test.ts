import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/service/ports/store.ts'
import { NO_QUOTA } from '../../src/store/quota-limits.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import { openStore } from '../../src/store/postgres.ts'
import { eventually, startStore, type StoreUnderTest } from '../helpers/service.ts'

const LEASE_MS = 600_000
/** The others wait much longer than a frozen one may hold what it has locked. */
const LIMITS = { claimWaitMs: 60_000, frozenClaimMs: 300, frozenMs: 300 }

let started: StoreUnderTest
let database: pg.Client
let store: Store
beforeAll(async () => {
  started = await startStore()
  database = new pg.Client({ connectionString: started.service.database.url })
  await database.connect()
  store = openStore(started.service.database.workerUrl, NO_QUOTA, FAIR_SHARE, LIMITS)
})
afterAll(async () => {
  await store.close()
  await database.end()
  await started.service.stop()
})

/** A process that calls the store as a worker does, and says when it has an answer. */
async function worker(call: string): Promise<ChildProcess> {
  const compiled = createRequire(import.meta.url).resolve('#dist/store/postgres.js')
  const script = join(started.service.folder, 'worker.mjs')
  await writeFile(
    script,
    `import { openStore } from ${JSON.stringify(pathToFileURL(compiled).href)}
     const [url, quota, fair, limits] = JSON.parse(process.argv[2])
     const store = openStore(url, quota, fair, limits)
     await (${call}).then((value) => process.send({ value: value ?? null }), (error) => process.send({ error: String(error) }))
     process.disconnect()
     await store.close()`,
  )
  const settings = [started.service.database.workerUrl, NO_QUOTA, FAIR_SHARE, LIMITS]
  return fork(script, [JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

/** Has a process wait for a row while it holds others, freezes it there, and lets its statement end. */
async function frozen(
  row: { table: string; column: string; value: string },
  call: string,
): Promise<{ child: ChildProcess; told: Promise<unknown[]> }> {
  const holder = new pg.Client({ connectionString: started.service.database.url })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query(`SELECT FROM "${row.table}" WHERE "${row.column}" = $1 FOR UPDATE`, [row.value])
  const child = await worker(call)
  const told = once(child, 'message')
  const waiting = `SELECT pid FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted`
  await eventually(async () => (await database.query(waiting)).rows[0] as object | undefined)
  child.kill('SIGSTOP')
  await holder.query('COMMIT')
  await holder.end()
  return { child, told }
}

/** A job whose worker has died: its claim is a transaction of several statements. */
async function lostJob(): Promise<string> {
  const id = await started.newJob()
  await store.claimJob(id, LEASE_MS)
  await database.query(`UPDATE "Job" SET "leaseUntil" = now() - interval '1 day' WHERE "id" = $1`, [id])
  return id
}

describe('a worker that is frozen', () => {
  it('in its claim keeps the others from theirs for a while only, and has nothing once it goes on', async () => {
    const id = await lostJob()
    const { child, told } = await frozen(
      { table: 'Attempt', column: 'jobId', value: id },
      `store.claimNextJob(${LEASE_MS})`,
    )
    try {
      expect(await store.claimNextJob(LEASE_MS)).toMatchObject({ id })
      child.kill('SIGCONT')
      expect(await told).toEqual([{ error: expect.any(String) as string }, undefined])
      expect((await store.job(started.teamId, id))?.state).toBe('starting')
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('in another transaction keeps the others from claims of the same team for a while only', async () => {
    const ended = await started.newJob()
    const claimed = await store.claimJob(ended, LEASE_MS)
    const id = await lostJob()
    const move = `store.moveJob('${ended}', ${claimed?.token ?? 0}, { from: ['starting'], to: 'succeeded' })`
    const { child, told } = await frozen({ table: 'Team', column: 'id', value: started.teamId }, move)
    try {
      expect(await store.claimNextJob(LEASE_MS)).toMatchObject({ id })
      child.kill('SIGCONT')
      expect(await told).toEqual([{ error: expect.any(String) as string }, undefined])
      expect(await store.moveJob(ended, claimed?.token ?? 0, { from: ['starting'], to: 'succeeded' })).toBe(true)
    } finally {
      child.kill('SIGKILL')
    }
  })
})
