import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset, Job } from '../../src/service/resources.ts'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

type Team = Awaited<ReturnType<ServiceUnderTest['team']>>

let service: ServiceUnderTest
let team: Team
let stranger: Team
let dataset: Dataset
beforeAll(async () => {
  service = await startService({ uploadBytes: 1_000_000 })
  team = await service.team()
  stranger = await service.team()
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
  dataset = await service.readyDataset(team.headers, zip)
})
afterAll(() => service.stop())

const submit = (body: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  service.app.inject({
    method: 'POST',
    url: '/v1/sweeps',
    headers: { ...team.headers, ...headers },
    payload: { dataset: dataset.id, ...body },
  })
const get = (url: string, { headers }: Team = team): Promise<LightMyRequestResponse> =>
  service.app.inject({ url, headers })
const jobs = async (): Promise<number> => (await get('/v1/jobs?limit=500')).json<{ data: Job[] }>().data.length

const RATES = { '/schedule/learningRate': { values: [0.01, 0.1] } }

describe('a sweep', () => {
  it('is taken with every trial as a job of its own, and found again', async () => {
    const response = await submit({
      name: 'rates',
      kind: 'grid',
      space: { ...RATES, '/seed': { values: [1, 2] } },
      priority: 7,
      spec: { batchSize: 8, budget: { epochs: 2 } },
    })
    expect(response.statusCode).toBe(202)
    const sweep = response.json<Sweep>()
    expect(response.headers['location']).toBe(`/v1/sweeps/${sweep.id}`)
    expect(sweep).toMatchObject({
      name: 'rates',
      kind: 'grid',
      state: 'running',
      dataset: dataset.id,
      rungs: [1],
      best: null,
      objective: { metric: 'val/accuracy', mode: 'max' },
      counts: { trials: 4, ended: 0 },
    })
    expect(sweep.trials.map(({ number, parameters }) => [number, parameters])).toEqual([
      [1, { '/schedule/learningRate': 0.01, '/seed': 1 }],
      [2, { '/schedule/learningRate': 0.01, '/seed': 2 }],
      [3, { '/schedule/learningRate': 0.1, '/seed': 1 }],
      [4, { '/schedule/learningRate': 0.1, '/seed': 2 }],
    ])
    const job = (await get(`/v1/jobs/${sweep.trials[2]?.job}`)).json<Job>()
    expect(job).toMatchObject({
      name: 'rates #3',
      priority: 7,
      sweep: sweep.id,
      state: 'queued',
      kind: 'fit',
      spec: { seed: 1, batchSize: 8, budget: { epochs: 2 }, schedule: { name: 'linear', learningRate: 0.1 } },
    })
    expect((await get(`/v1/sweeps/${sweep.id}`)).json()).toEqual(sweep)
    const { data } = (await get('/v1/sweeps')).json<{ data: Sweep[] }>()
    expect(data[0]).toMatchObject({ id: sweep.id, counts: { trials: 4, ended: 0 } })
    expect(data[0]).not.toHaveProperty('trials')
  })

  it('by successive halving draws its points, and pauses its trials at the first rung', async () => {
    const space = { '/schedule/learningRate': { min: 0.001, max: 1, scale: 'log' } }
    const sweep = (await submit({ kind: 'asha', space, trials: 5, asha: { eta: 2, minimum: 0.25 } })).json<Sweep>()
    expect(sweep.rungs).toEqual([0.25, 0.5, 1])
    expect(sweep.trials).toHaveLength(5)
    expect((await service.store.claimJob(sweep.trials[0]?.job ?? '', 1000))?.pauseAt).toBe(0.25)
  })

  it('of the kind range-test is one trial with a task of its own, whose report is its result', async () => {
    const sweep = (await submit({ name: 'rates', kind: 'range-test', rangeTest: { maximum: 1 } })).json<Sweep>()
    expect(sweep).toMatchObject({
      kind: 'range-test',
      space: null,
      result: null,
      trials: [{ number: 1, parameters: {} }],
    })
    const { store } = service
    const claim = await store.claimJob(sweep.trials[0]?.job ?? '', 60_000)
    const { id = '', token = 0 } = claim ?? {}
    const defaults = { minimum: 1e-5, maximum: 1, ramp: 'exponential', steps: 200, smoothing: 0.9, divergence: 4 }
    expect(claim).toMatchObject({ kind: 'range-test', task: defaults })
    const report = { kind: 'range-test', points: [], suggestion: null, ended: 'whole' }
    const chart = `/v1/sweeps/${sweep.id}/chart`
    expect((await get(chart)).json()).toMatchObject({ status: 409, code: 'wrong_state' })
    const blobKey = `artifacts/${id}/range-test.svg`
    const { sizeBytes } = await service.services.blobs.write(blobKey, Readable.from(['<svg/>']))
    const artifact = { kind: 'range-test', blobKey, fileName: 'range-test.svg', contentType: 'image/svg+xml' }
    await store.recordJob(id, token, { events: [], metrics: [], artifact: { ...artifact, sizeBytes, sha256: 'plot' } })
    await store.recordJob(id, token, { events: [], metrics: [], report })
    await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    await store.advanceSweep(sweep.id)
    const { body, headers } = await get(chart)
    expect([body, headers['content-type']]).toEqual(['<svg/>', 'image/svg+xml'])
    expect((await get(`/v1/sweeps/${sweep.id}`)).json()).toMatchObject({ state: 'succeeded', result: report })
    expect((await get(`/v1/jobs/${id}`)).json()).toMatchObject({ kind: 'range-test', accuracy: null })
  })

  it('has a chart of its trials, another team has none', async () => {
    const space = { '/schedule/learningRate': { values: [0.001, 1] }, '/seed': { values: [7] } }
    const { id, trials } = (await submit({ kind: 'grid', space })).json<Sweep>()
    const { store } = service
    for (const [i, { job }] of trials.entries()) {
      const { token = 0 } = (await store.claimJob(job, 60_000)) ?? {}
      await store.recordJob(job, token, {
        events: [],
        metrics: [{ key: 'val/accuracy', step: 1, value: 0.25 + i / 2 }],
      })
    }
    const { body } = await get(`/v1/sweeps/${id}/chart`)
    expect(body).toMatch(/^<svg .*schedule\/learningRate.*val\/accuracy/s)
    expect(body).not.toContain('seed')
    for (const tick of ['0.001', '0.0316', '1', '0.25', '0.75']) expect(body).toContain(`>${tick}<`)
    expect((await get(`/v1/sweeps/${id}/chart`, stranger)).statusCode).toBe(404)
  })

  it('with a bare list as the values of a field says what is expected', async () => {
    const response = await submit({ kind: 'grid', space: { '/seed': [0, 1] } })
    expect(response.statusCode).toBe(400)
    expect(response.json<{ detail: string }>().detail).toContain('{"values": [1, 2]} lists values')
  })

  it('with trials that cannot run is refused whole, and says which ones and why', async () => {
    const before = await jobs()
    const response = await submit({
      kind: 'grid',
      space: { '/schedule/learningRate': { values: [0.1, 1000] }, '/optimizer': { values: ['sgd', 'sdg'] } },
    })
    expect(response.statusCode).toBe(422)
    const { code, errors } = response.json<{ code: string; errors: { pointer: string; detail: string }[] }>()
    expect(code).toBe('invalid_spec')
    expect(errors).toEqual(
      expect.arrayContaining([
        {
          pointer: '/spec/schedule/learningRate',
          detail: 'trial 3 (/schedule/learningRate = 1000, /optimizer = "sgd"): must be <= 100',
        },
        {
          pointer: '/spec/optimizer',
          detail: expect.stringMatching(/^trial 2 .*unknown name "sdg"; did you mean "sgd"\?$/) as string,
        },
      ]),
    )
    expect(errors).toHaveLength(4)
    expect(await jobs()).toBe(before)
  })

  it('on several devices is refused with the trials whose batches these do not share evenly, unless it is elastic', async () => {
    const uneven = {
      kind: 'grid',
      space: { '/batchSize': { values: [8, 6] } },
      spec: { budget: { epochs: 1 } },
      resources: { devices: 4 },
    }
    const response = await submit(uneven)
    expect(response.statusCode).toBe(422)
    const detail = expect.stringMatching(/^trial 2 \(\/batchSize = 6\): is not shared evenly by 4 devices/) as string
    expect(response.json<{ errors: unknown[] }>().errors).toEqual([{ pointer: '/spec/batchSize', detail }])
    expect((await submit({ ...uneven, resources: { devices: 4, elastic: true } })).statusCode).toBe(202)
    expect((await submit({ kind: 'range-test', spec: { batchSize: 6 }, resources: { devices: 4 } })).statusCode).toBe(
      202,
    )
  })

  it.each([
    [{ kind: 'grid' }, 400, '/space', 'must say what varies'],
    [{ kind: 'sorted', space: RATES }, 400, '/kind', 'must be one of grid, random, asha, range-test, policy-search'],
    [{ kind: 'grid', space: RATES, trials: 3 }, 400, '/trials', 'follows from the space of a grid'],
    [{ kind: 'random', space: RATES, trials: 201 }, 400, '/trials', 'must be <= 200'],
    [{ kind: 'grid', space: RATES, asha: {} }, 400, '/asha', 'is for sweeps of the kind asha, not grid'],
    [
      { kind: 'asha', space: RATES, asha: { eta: 4, minimum: 0.5 } },
      400,
      '/asha/minimum',
      'must be at most 1/eta, 0.250',
    ],
    [{ kind: 'grid', space: { rate: { values: [1] } } }, 400, '/space/rate', expect.any(String)],
    [{ kind: 'grid', space: { '/x/__proto__': { values: [1] } } }, 400, '/space/~1x~1__proto__', expect.any(String)],
    [{ kind: 'grid', space: RATES, spec: { dataset: 'ds_1' } }, 400, '/spec/dataset', expect.any(String)],
    [
      { kind: 'grid', space: RATES, spec: { optimiser: 'sgd' } },
      422,
      '/spec/optimiser',
      expect.stringContaining('optimizer'),
    ],
    [
      { kind: 'grid', space: { '/augment/7/padding': { values: [1] } } },
      400,
      '/space/~1augment~17~1padding',
      expect.any(String),
    ],
    [{ kind: 'grid', space: RATES, dataset: 'ds_unknown' }, 404, '/dataset', expect.any(String)],
    [{ kind: 'range-test', space: RATES }, 400, '/space', 'is not for a sweep of the kind range-test'],
    [{ kind: 'grid', space: RATES, rangeTest: {} }, 400, '/rangeTest', 'is for sweeps of the kind range-test'],
    [{ kind: 'range-test', rangeTest: { minimum: 2, maximum: 1 } }, 400, '/rangeTest/minimum', 'less than maximum'],
    [{ kind: 'range-test', rangeTest: { steps: 3 } }, 400, '/rangeTest/steps', 'must be >= 20'],
    [{ kind: 'grid', space: RATES, colour: 1 }, 400, '/colour', expect.any(String)],
  ])('%j is refused', async (body, status, pointer, detail) => {
    const response = await submit(body)
    expect(response.statusCode, response.body).toBe(status)
    expect(response.json<{ errors: object[] }>().errors).toContainEqual({
      pointer,
      detail: expect.any(String) as string,
    })
    const found = response.json<{ errors: { pointer: string; detail: string }[] }>().errors
    expect(found.find((error) => error.pointer === pointer)?.detail).toEqual(
      typeof detail === 'string' ? expect.stringContaining(detail) : detail,
    )
  })

  it('is made once for an Idempotency-Key', async () => {
    const body = { kind: 'grid', space: RATES }
    const first = await submit(body, { 'idempotency-key': 'sweep' })
    const before = await jobs()
    const again = await submit(body, { 'idempotency-key': 'sweep' })
    expect(again.json<Sweep>().id).toBe(first.json<Sweep>().id)
    expect(await jobs()).toBe(before)
  })

  it('is canceled with its jobs, and not twice', async () => {
    const { id } = (await submit({ kind: 'grid', space: RATES })).json<Sweep>()
    const cancel = (headers: Record<string, string>): Promise<LightMyRequestResponse> =>
      service.app.inject({ method: 'POST', url: `/v1/sweeps/${id}/cancel`, headers })
    expect((await cancel(stranger.headers)).statusCode).toBe(404)
    const canceled = (await cancel(team.headers)).json<Sweep>()
    expect(canceled.state).toBe('canceled')
    expect(canceled.trials.map(({ state }) => state)).toEqual(['canceled', 'canceled'])
    expect((await cancel(team.headers)).json()).toMatchObject({ status: 409, code: 'wrong_state' })
  })

  it('of another team does not exist', async () => {
    const { id } = (await submit({ kind: 'grid', space: RATES })).json<Sweep>()
    expect((await get(`/v1/sweeps/${id}`, stranger)).statusCode).toBe(404)
    expect((await get('/v1/sweeps', stranger)).json()).toEqual({ data: [], nextCursor: null })
    const response = await service.app.inject({
      method: 'POST',
      url: '/v1/sweeps',
      headers: stranger.headers,
      payload: { dataset: dataset.id, kind: 'grid', space: RATES },
    })
    expect(response.statusCode).toBe(404)
  })
})
