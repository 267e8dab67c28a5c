import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isConnectionFault } from '../../src/service/connection-fault.ts'
import { newId } from '../../src/service/ids.ts'
import { multipart } from '../helpers/multipart.ts'
import { eventually, startService, type ServiceUnderTest } from '../helpers/service.ts'

/** A request must not wait for what hangs; on a busy machine it may take a while all the same. */
const ANSWERED_MS = 2000

let service: ServiceUnderTest
let team: Awaited<ReturnType<ServiceUnderTest['team']>>
beforeAll(async () => {
  service = await startService()
  team = await service.team()
})
afterAll(async () => {
  signal(service.redis, 'SIGCONT')
  // The database was killed, so that whoever waits for its connections or its end waits in vain.
  await Promise.race([service.stop().catch(() => undefined), setTimeout(10_000)])
})

function signal({ pid }: { pid: number | undefined }, name: NodeJS.Signals): void {
  if (pid === undefined) throw new Error('the server has no process')
  process.kill(pid, name)
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const startMs = performance.now()
  const result = await work
  return { result, ms: performance.now() - startMs }
}

describe('with Redis frozen', () => {
  it('what is created is answered at once, reads too, and readiness says so in time', async () => {
    signal(service.redis, 'SIGSTOP')
    await setTimeout(1100)
    const probe = await timed(service.app.inject('/readyz'))
    expect(probe.result.statusCode).toBe(503)
    expect(probe.ms).toBeLessThan(10_000)
    const upload = multipart('d', 'd.zip', Buffer.from('no archive'))
    const created = await timed(
      Promise.all(
        Array.from({ length: 10 }, () =>
          service.app.inject({
            method: 'POST',
            url: '/v1/datasets',
            headers: { ...upload.headers, ...team.headers },
            payload: upload.payload,
          }),
        ),
      ),
    )
    expect(created.result.map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(202))
    expect(created.ms).toBeLessThan(ANSWERED_MS)
    const reads = await timed(
      Promise.all(Array.from({ length: 20 }, () => service.app.inject({ url: '/v1/datasets', headers: team.headers }))),
    )
    expect(reads.result.every(({ statusCode }) => statusCode === 200)).toBe(true)
    expect(reads.ms).toBeLessThan(ANSWERED_MS)
    await expect(service.services.queue.send([{ kind: 'job', ref: newId('job', 1), token: 0 }])).rejects.toThrow()
    signal(service.redis, 'SIGCONT')
    expect(
      await eventually(async () => ((await service.app.inject('/readyz')).statusCode === 200 ? true : undefined)),
    ).toBe(true)
  })
})

describe('with a connection that breaks off', () => {
  it('a write that came through all the same is not made twice under its Idempotency-Key', async () => {
    const { store } = service.services
    const create = store.createKey
    const call = { method: 'POST' as const, url: '/v1/api-keys', payload: { name: 'k' } }
    const headers = { ...team.headers, 'idempotency-key': 'broken-off' }
    const before = (await store.keys(team.id)).length
    store.createKey = async (...parameters) => {
      await create(...parameters)
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }
    const broken = await service.app.inject({ ...call, headers })
    store.createKey = create
    expect(broken.statusCode).toBe(503)
    const again = await service.app.inject({ ...call, headers })
    expect(again.json<{ code?: string }>().code).not.toBe('idempotency_in_flight')
    expect(await store.keys(team.id)).toHaveLength(before + 1)
  })
})

describe('with the database gone', () => {
  it('every read and write is 503 unavailable, retryable, and connection faults are told from refused values', async () => {
    const nul = await service.services.store
      .createTeam('a\u0000b')
      .then(() => undefined)
      .catch((error: unknown) => error)
    expect(nul).toBeDefined()
    expect(isConnectionFault(nul)).toBe(false)
    await setTimeout(1100)
    signal(service.database, 'SIGKILL')
    const calls = [
      ...['/v1/team', '/v1/datasets', '/v1/jobs', '/v1/sweeps', '/v1/policies', '/v1/api-keys', '/v1/jobs/job_1'].map(
        (url) => ({ url }),
      ),
      { method: 'POST' as const, url: '/v1/api-keys', payload: { name: 'k' } },
      { method: 'PATCH' as const, url: '/v1/team', payload: { name: 'other' } },
      { method: 'DELETE' as const, url: '/v1/datasets/ds_1' },
      { method: 'POST' as const, url: '/v1/jobs/job_1/cancel' },
    ]
    for (let round = 0; round < 2; round++)
      for (const call of calls) {
        const response = await service.app.inject({ ...call, headers: team.headers })
        expect([call.url, response.statusCode, response.json()]).toMatchObject([
          ...[call.url, 503],
          { code: 'unavailable', retryable: true },
        ])
      }
    const probe = await service.app.inject('/readyz')
    expect(probe.statusCode).toBe(503)
    expect(probe.json()).toMatchObject({ code: 'unavailable', retryable: true })
  })
})
