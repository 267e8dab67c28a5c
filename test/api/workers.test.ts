import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { needsOf } from '../../src/service/job-needs.ts'
import type { NewWorker } from '../../src/service/ports/workers.ts'
import type { Dataset, Page } from '../../src/service/resources.ts'
import type { Explanation, SubmittedJob } from '../../src/service/scheduling-resources.ts'
import type { Worker } from '../../src/service/worker-resources.ts'
import { newId } from '../../src/service/ids.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { aWorker, startService, type ServiceUnderTest } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const GIB = 2 ** 30
const CPU = { name: 'CPU', kind: 'cpu', memoryBytes: 8 * GIB } as const

let service: ServiceUnderTest
let headers: Record<string, string>
let dataset: Dataset
const registered: string[] = []
beforeAll(async () => {
  service = await startService({ operators: [OPERATOR] })
  ;({ headers } = await service.team())
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 12)))
  dataset = await service.readyDataset(headers, zip)
})
afterAll(() => service.stop())
afterEach(async () => {
  for (const id of registered.splice(0)) await service.store.removeWorker(id)
})

async function register(given: Partial<NewWorker> = {}): Promise<string> {
  const worker = aWorker({ id: newId('worker', Date.now()), ...given })
  await service.store.registerWorker(worker)
  registered.push(worker.id)
  return worker.id
}

const operate = (method: 'GET' | 'POST', url: string) =>
  service.app.inject({ method, url: `/v1/admin${url}`, headers: { authorization: `Bearer ${OPERATOR.token}` } })

const post = (url: string, payload: object) =>
  service.app.inject({ method: 'POST', url: `/v1${url}`, headers, payload })
const submit = (resources?: unknown) =>
  post('/jobs', { dataset: dataset.id, batchSize: 8, ...(resources === undefined ? {} : { resources }) })
const explain = async (id: string): Promise<Explanation> =>
  (await service.app.inject({ url: `/v1/jobs/${id}/explain`, headers })).json<Explanation>()

describe('operators', () => {
  it('list workers by pages, newest first, and read one', async () => {
    const ids = [
      await register({ name: 'a:1', labels: ['x'] }),
      await register({ name: 'b:2', pools: ['p', 'default'] }),
    ]
    const first = (await operate('GET', '/workers?limit=1')).json<Page<Worker>>()
    expect(first.data).toMatchObject([
      {
        id: ids[1],
        name: 'b:2',
        pools: ['p', 'default'],
        state: 'active',
        alive: true,
        slots: 1,
        freeSlots: 1,
        jobs: [],
      },
    ])
    const rest = (await operate('GET', `/workers?limit=1&after=${first.nextCursor}`)).json<Page<Worker>>()
    expect(rest).toMatchObject({ data: [{ id: ids[0], labels: ['x'] }], nextCursor: null })
    expect((await operate('GET', `/workers/${ids[0]}`)).json()).toEqual(rest.data[0])
    expect((await operate('GET', '/workers/worker_none')).statusCode).toBe(404)
  })

  it('cordon, uncordon and drain them, as the audit log has it; teams do not', async () => {
    const id = await register()
    expect((await operate('POST', `/workers/${id}/cordon`)).json()).toMatchObject({ id, state: 'cordoned' })
    expect((await operate('POST', `/workers/${id}/cordon`)).statusCode).toBe(409)
    expect((await operate('POST', `/workers/${id}/uncordon`)).json()).toMatchObject({ state: 'active' })
    expect((await operate('POST', `/workers/${id}/drain`)).json()).toMatchObject({ state: 'draining' })
    expect((await operate('POST', `/workers/${id}/uncordon`)).json()).toMatchObject({ code: 'wrong_state' })
    const { data } = (await operate('GET', `/audit-log?resource=${id}`)).json<
      Page<{ action: string; after: unknown }>
    >()
    expect(data.map(({ action, after }) => [action, after])).toEqual([
      ['drainWorker', { state: 'draining' }],
      ['uncordonWorker', { state: 'active' }],
      ['cordonWorker', { state: 'cordoned' }],
    ])
    for (const url of ['/v1/admin/workers', `/v1/admin/workers/${id}`])
      expect((await service.app.inject({ url, headers })).statusCode).toBe(401)
  })
})

describe('a submission', () => {
  it('says what it needs, which is no part of its hash, and runs on whatever there is without', async () => {
    await register({ devices: [{ name: 'G', kind: 'gpu', memoryBytes: 80 * GIB }], labels: ['a', 'b'], pools: ['big'] })
    await register()
    const plain = (await submit()).json<SubmittedJob>()
    expect(plain.resources).toEqual(needsOf({}))
    expect(plain.waitingFor).toBeNull()
    const asked = { device: 'gpu', devices: 1, memory: '8GiB', labels: ['b', 'a'], pool: 'big' }
    const job = (await submit(asked)).json<SubmittedJob>()
    expect(job.resources).toEqual({ ...needsOf({}), device: 'gpu', memory: 8 * GIB, labels: ['a', 'b'], pool: 'big' })
    expect(job.waitingFor).toBeNull()
    expect((await explain(job.id)).waitingFor).toBeNull()
    const same = { dataset: dataset.id, batchSize: 8, model: 'resnet20', imageSize: 32, budget: { epochs: 1 } }
    const [a, b] = [await post('/jobs', same), await post('/jobs', { ...same, resources: { labels: ['a'] } })]
    expect(b.json<SubmittedJob>().specHash).toBe(a.json<SubmittedJob>().specHash)
  })

  it('is told at once when no worker can run it, and waits', async () => {
    const none = (await submit({ memory: 9 * GIB })).json<SubmittedJob>()
    expect(none).toMatchObject({ state: 'queued', waitingFor: { workers: 0 } })
    expect(none.waitingFor?.detail).toBe(
      'No worker is registered: the job waits for one for the pool default with a device of at least 9 GiB.',
    )
    const id = await register()
    const job = (await submit({ device: 'gpu', devices: 2, labels: ['a100'] })).json<SubmittedJob>()
    const detail =
      'The only registered worker is not one for the pool default with 2 GPUs and the label a100: the job waits for such a worker.'
    expect(job).toMatchObject({ state: 'queued', waitingFor: { workers: 1, detail } })
    expect(await explain(job.id)).toMatchObject({
      state: 'queued',
      rank: null,
      expectedStart: null,
      detail,
      waitingFor: { detail },
    })
    const validated = await post('/jobs:validate', { dataset: dataset.id, resources: { pool: 'big' } })
    expect(validated.json<{ waitingFor: object }>().waitingFor).toMatchObject({ resources: { pool: 'big' } })
    await operate('POST', `/workers/${id}/cordon`)
    const cordoned = (await submit()).json<SubmittedJob>()
    expect(cordoned.waitingFor?.detail).toBe(
      'Every worker for the pool default with a device is cordoned: the job waits until one is not, or for another.',
    )
    const gpu = { name: 'G', kind: 'gpu' as const, memoryBytes: null }
    await register({ devices: [gpu, gpu], labels: ['a100'] })
    expect((await explain(job.id)).waitingFor).toBeNull()
  })

  it('for several devices has batches that these share evenly, unless it may run on fewer', async () => {
    const batches = { dataset: dataset.id, batchSize: 6, mix: 'none' }
    const uneven = await post('/jobs', { ...batches, resources: { devices: 4 } })
    expect(uneven.json()).toMatchObject({ code: 'invalid_spec', errors: [{ pointer: '/batchSize' }] })
    expect(uneven.json<{ detail: string }>().detail).toContain(
      'by 4 devices with its micro-batches and mix; 3 can share it',
    )
    await register({ devices: [CPU, CPU], slots: 2 })
    const elastic = (await post('/jobs', { ...batches, resources: { devices: 4, elastic: true } })).json<SubmittedJob>()
    expect(elastic).toMatchObject({ resources: { devices: 4, elastic: true }, waitingFor: null })
    const waits = (await post('/jobs', { ...batches, resources: { devices: 3 } })).json<SubmittedJob>()
    expect(waits).toMatchObject({ resources: { devices: 3, elastic: false } })
    expect(waits.waitingFor?.detail).toBe(
      'The only registered worker is not one for the pool default with 3 devices: the job waits for such a worker.',
    )
    const nobody = await post('/jobs:validate', { ...batches, resources: { devices: 4, elastic: true, pool: 'none' } })
    expect(nobody.json<{ waitingFor: { detail: string } }>().waitingFor.detail).toContain('with 1 to 4 devices')
  })

  it.each([
    ['/resources/elastic', { elastic: 'yes' }],
    ['/resources/device', { device: 'tpu' }],
    ['/resources/devices', { devices: 0 }],
    ['/resources/memory', { memory: '8 gigs' }],
    ['/resources/memory', { memory: '9999999 TiB' }],
    ['/resources/labels/0', { labels: ['no space'] }],
    ['/resources/pool', { pool: '' }],
    ['/resources', { gpus: 1 }],
    ['/resources', 'gpu'],
  ])('is refused for %s that is not valid', async (pointer, resources) => {
    const response = await submit(resources)
    expect(response.statusCode).toBe(400)
    expect(response.json<{ errors: { pointer: string }[] }>().errors.map((error) => error.pointer)).toContain(pointer)
  })

  it('gets the defaults of the devices that can run it', async () => {
    const model = async (resources: object): Promise<string> =>
      (await post('/jobs:validate', { dataset: dataset.id, resources })).json<{ spec: ResolvedSpec }>().spec.model.name
    expect([await model({ device: 'cpu' }), await model({ device: 'gpu' })]).toEqual(['resnet20', 'resnet18'])
    await register({ devices: [{ name: 'G', kind: 'gpu', memoryBytes: null }], pools: ['big'] })
    await register()
    expect([await model({ pool: 'big' }), await model({})]).toEqual(['resnet18', 'resnet20'])
  })

  it('passes its needs on to its fork and to the trials of a sweep', async () => {
    const swept = await post('/sweeps', {
      dataset: dataset.id,
      kind: 'grid',
      space: { '/seed': { values: [1, 2] } },
      resources: { pool: 'big' },
    })
    const { id } = swept.json<{ id: string }>()
    const jobs = (await service.app.inject({ url: '/v1/jobs?limit=2', headers })).json<Page<SubmittedJob>>()
    expect(jobs.data.map(({ sweep, resources }) => [sweep, resources.pool])).toEqual([
      [id, 'big'],
      [id, 'big'],
    ])
  })
})
