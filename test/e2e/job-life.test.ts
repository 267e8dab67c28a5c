import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Report } from '../../src/evaluation/report.ts'
import type { Job, JobEvent } from '../../src/service/resources.ts'
import {
  eventually,
  kill,
  roleEnvironment,
  startRole,
  startServiceWithData,
  type ServiceUnderTest,
} from '../helpers/service.ts'

let service: ServiceUnderTest
let worker: ChildProcess
let headers: Record<string, string>
let dataset: string
beforeAll(async () => {
  const started = await startServiceWithData(2, 40)
  service = started.service
  headers = started.headers
  dataset = started.dataset.id
  worker = startRole('worker', {
    ...roleEnvironment(service),
  })
})
afterAll(async () => {
  await kill(worker, 'SIGKILL')
  await service.stop()
})

const SMALL = { model: { name: 'resnet20', width: 4 }, batchSize: 8, augment: [], precision: 'float32' }
async function send<T>(method: 'GET' | 'POST', path: string, payload?: object): Promise<T> {
  const response = await service.app.inject({ method, url: `/v1/jobs${path}`, headers, ...(payload && { payload }) })
  expect(response.statusCode, response.body).toBeLessThan(300)
  return response.json<T>()
}
const submit = (fields: object): Promise<Job> => send('POST', '', { dataset, ...SMALL, ...fields })
const ended = (id: string): Promise<Job> =>
  eventually(
    async () => {
      const job = await send<Job>('GET', `/${id}`)
      return job.endedAt === null ? undefined : job
    },
    { withinMs: 120_000 },
  )

it('a run is continued, and forked, by jobs that wait for another', async () => {
  const first = await submit({ budget: { steps: 20 } })
  const waiting = await submit({ budget: { steps: 5 }, after: [first.id] })
  expect(waiting.blocked).toBe(true)
  expect((await ended(first.id)).state).toBe('succeeded')
  const more = await send<Job>('POST', `/${first.id}/fork`, { mode: 'continue', spec: { budget: { steps: 40 } } })
  const fork = await send<Job>('POST', `/${first.id}/fork`, { spec: { budget: { steps: 5 } }, after: [more.id] })
  for (const { id } of [waiting, more, fork])
    expect(await ended(id)).toMatchObject({ state: 'succeeded', blocked: false })
  const { data } = await send<{ data: JobEvent[] }>('GET', `/${more.id}/events`)
  expect(data.find(({ type }) => type === 'started')?.data).toMatchObject({ startStep: 20, totalSteps: 40 })
})

it('a run that has run for its maximum ends with its report', async () => {
  const { id } = await submit({ budget: { steps: 10_000_000 }, maxRunSeconds: 2 })
  expect(await ended(id)).toMatchObject({ state: 'stopped', reason: { code: 'max_run_reached', fault: 'user' } })
  expect((await send<Report>('GET', `/${id}/report`)).images).toBeGreaterThan(0)
})

it('a run whose deadline comes before a worker does fails, and so does the one after it', async () => {
  const holding = await submit({ budget: { steps: 10_000_000 } })
  const late = await submit({ budget: { steps: 5 }, deadline: new Date(Date.now() + 1500).toISOString() })
  const after = await submit({ budget: { steps: 5 }, after: [late.id] })
  expect((await ended(late.id)).reason).toMatchObject({ code: 'deadline_reached' })
  expect((await ended(after.id)).reason).toMatchObject({ code: 'dependency_failed' })
  await send('POST', `/${holding.id}/cancel`)
  expect((await ended(holding.id)).state).toBe('canceled')
})
