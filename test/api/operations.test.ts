import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { serveMetrics } from '../../src/metrics/server.ts'
import { workerRegistry } from '../../src/worker/worker-metrics.ts'
import { aWorker, eventually, startStore, type StoreUnderTest } from '../helpers/service.ts'

const FAILED = { code: 'data_invalid', fault: 'user', retryable: false, detail: 'It failed.' } as const

let started: StoreUnderTest
const logged: { event?: string; [key: string]: unknown }[] = []

beforeAll(async () => {
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(chunk.toString('utf8')) as { event?: string })
      done()
    },
  })
  started = await startStore({ log: pino({ level: 'info' }, lines) })
})
afterAll(async () => {
  await started.service.stop()
})

const get = (url: string) => started.service.app.inject({ url })
/** Metrics as Prometheus reads them, without what is left from an answer a moment ago. */
async function metrics(): Promise<string> {
  const app = await started.service.anotherApp()
  return (await app.inject({ url: '/metrics' })).body
}

describe('metrics', () => {
  it('count jobs, the queue, ends and attempts with no name of a team', async () => {
    const { store, newJob, teamId } = started
    const failed = await newJob()
    await newJob()
    const claim = await store.claimJob(failed, 10_000)
    await store.moveJob(failed, claim?.token ?? 0, { from: ['starting'], to: 'failed', reason: FAILED })
    const text = await metrics()
    expect(text).toContain('anneal_operations_up 1')
    expect(text).toContain('anneal_jobs{state="queued"} 1')
    expect(text).toContain('anneal_jobs_ended_last_hour{state="failed",reason="data_invalid"} 1')
    expect(text).toContain('anneal_attempts_ended_last_hour{outcome="failed",reason="data_invalid"} 1')
    expect(text).toContain('anneal_queue_jobs{waited="under_1m"} 1')
    expect(text).toContain('anneal_queue_jobs{waited="over_1d"} 0')
    expect(text).toContain('anneal_queue_teams 1')
    expect(text).toContain('anneal_leases_expired 0')
    expect(text).toMatch(/anneal_database_connections\{role="team",state="max"\} \d+/)
    expect(text).not.toContain(teamId)
  })

  it('count requests by the route that is declared, not by its address', async () => {
    await get('/v1/jobs/job_1')
    const series = 'anneal_http_request_duration_seconds_count{method="GET",route="/v1/jobs/:id",status="401"} 1'
    await eventually(async () => (await get('/metrics')).body.includes(series) || undefined)
  })

  it('count workers while they are registered', async () => {
    const worker = aWorker()
    await started.service.store.registerWorker(worker)
    await eventually(async () => (await get('/readyz')).json<{ workers: number }>().workers === 1 || undefined)
    await started.service.store.removeWorker(worker.id)
    await eventually(async () => (await get('/readyz')).json<{ workers: number }>().workers === 0 || undefined)
  })

  it('are served on a port of their own', async () => {
    const server = await serveMetrics(
      { contentType: workerRegistry.contentType, text: () => workerRegistry.metrics() },
      { host: '127.0.0.1', port: 0 },
    )
    try {
      const url = `http://127.0.0.1:${server.port}`
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('anneal_training_images_per_second 0')
      expect((await fetch(`${url}/`)).status).toBe(404)
      expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404)
    } finally {
      await server.close()
    }
  })

  it('exist wherever the dashboard and the alert rules name them', async () => {
    const known = new Set(
      [...`${await metrics()}\n${await workerRegistry.metrics()}`.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name),
    )
    const dashboard = JSON.parse(await readFile('deploy/grafana/anneal.json', 'utf8')) as {
      panels: { targets: { expr: string }[] }[]
    }
    const rules = parse(await readFile('deploy/prometheus/alerts.yml', 'utf8')) as {
      groups: { rules: { alert: string; expr: string }[] }[]
    }
    const expressions = [
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
    ]
    expect(expressions.length).toBeGreaterThan(20)
    const named = expressions.flatMap((text) => text.match(/\b(?:anneal|nodejs|process)_\w+/g) ?? [])
    for (const name of new Set(named)) expect(known, name).toContain(name.replace(/_(?:bucket|sum|count)$/, ''))
    // And the dashboard or a rule has each of ours.
    const ours = [...known].filter((name) => name?.startsWith('anneal_') && name !== 'anneal_training_steps_total')
    for (const name of ours) expect(named.join(' '), name).toContain(name)
  })
})

describe('the log', () => {
  it('has a line for each request with the ids of request, team and job', async () => {
    const { newJob, service } = started
    const job = await newJob()
    const { id: teamId, secret, headers } = await service.team()
    const address = await service.app.listen({ host: '127.0.0.1', port: 0 })
    const response = await fetch(`${address}/v1/jobs/${job}?x`, { headers })
    const requestId = response.headers.get('x-request-id')
    const line = await eventually(() => Promise.resolve(logged.find((each) => each['requestId'] === requestId)))
    expect(line).toMatchObject({ event: 'request', route: '/v1/jobs/:id', teamId, jobId: job, complete: true })
    expect(JSON.stringify(logged)).not.toContain(secret)
  })
})

describe('history', () => {
  it('of jobs that ended long ago is removed, and that of others kept', async () => {
    const { store, newJob } = started
    const [old, running] = [await newJob(), await newJob()]
    for (const id of [old, running]) {
      const claim = await store.claimJob(id, 60_000)
      const metrics = [{ key: 'train/loss', step: 1, value: 1 }]
      await store.recordJob(id, claim?.token ?? 0, { events: [{ type: 'log', data: {} }], metrics })
      if (id === old) await store.moveJob(id, claim?.token ?? 0, { from: ['starting'], to: 'failed', reason: FAILED })
    }
    const found = async (id: string): Promise<number[]> => [
      (await store.events(id, { limit: 100 })).data.length,
      (await store.metrics(id, { maxPoints: 10 })).length,
    ]
    const all = await found(old)
    expect(await store.removeOldHistory(3_600_000)).toBe(0)
    expect(await found(old)).toEqual(all)
    expect(await store.removeOldHistory(1)).toBeGreaterThan(0)
    expect(await found(old)).toEqual([0, 0])
    expect((await found(running))[1]).toBe(1)
    expect(await store.removeOldHistory(1)).toBe(0)
  })
})

describe('readiness', () => {
  it('fails without the blobs, and says so', async () => {
    const { service } = started
    const blobs = join(service.folder, 'blobs')
    await rename(blobs, `${blobs}.away`)
    await writeFile(blobs, 'a file where the folder should be')
    const app = await service.anotherApp()
    const answer = await app.inject({ url: '/readyz' })
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({
      detail: expect.stringContaining('The blob storage does not answer.') as string,
      retryable: true,
    })
  })
})
