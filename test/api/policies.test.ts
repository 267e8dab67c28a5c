import { readFile } from 'node:fs/promises'
import type { LightMyRequestResponse } from 'fastify'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PolicySummary, SavedPolicy } from '../../src/service/policy-resources.ts'
import type { Dataset, Job } from '../../src/service/resources.ts'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

const POLICY = [[{ op: 'Rotate', probability: 0.5, magnitude: 3 }], [{ op: 'Equalize', probability: 1 }]]
const auto = (policy: unknown): object => ({ name: 'auto-augment', policy })

let service: ServiceUnderTest
let headers: Record<string, string>
let stranger: Record<string, string>
let dataset: Dataset
beforeAll(async () => {
  ;({ service, headers, stranger, dataset } = await startServiceWithData(3, 30))
})
afterAll(() => service.stop())

const call = (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: object,
  as = headers,
): Promise<LightMyRequestResponse> =>
  service.app.inject({ method, url: `/v1${url}`, headers: as, ...(payload === undefined ? {} : { payload }) })
const validate = (augment: unknown[], as = headers): Promise<LightMyRequestResponse> =>
  call('POST', '/jobs:validate', { dataset: dataset.id, augment }, as)

describe('a saved policy', () => {
  it('is listed, read, named in specs, which hold it in full, and deleted', async () => {
    const saved = await call('POST', '/policies', { name: 'turned', policy: POLICY })
    expect([saved.statusCode, saved.headers['location']]).toEqual([201, '/v1/policies/turned'])
    expect(saved.json()).toMatchObject({ name: 'turned', policy: POLICY, job: null })
    expect((await call('GET', '/policies')).json()).toMatchObject({ data: [{ name: 'turned' }], nextCursor: null })
    expect((await call('GET', '/policies/turned')).json()).toEqual(saved.json())
    const { spec, reasons } = (await validate([auto('turned')])).json<{
      spec: ResolvedSpec
      reasons: Record<string, string>
    }>()
    expect(spec.augment[0]).toMatchObject(auto(POLICY))
    expect(reasons['/augment/0/policy']).toBe('the saved policy turned')
    const preview = { dataset: dataset.id, augment: [auto('turned')], rows: 1, columns: 2 }
    expect((await call('POST', '/augment:preview', preview)).headers['content-type']).toBe('image/png')
    expect((await call('DELETE', '/policies/turned')).statusCode).toBe(204)
    expect((await call('GET', '/policies/turned')).statusCode).toBe(404)
    expect((await call('DELETE', '/policies/turned')).statusCode).toBe(404)
  })

  it('of another team does not exist', async () => {
    await call('POST', '/policies', { name: 'ours', policy: { numOps: 2, magnitude: 7 } })
    expect((await call('GET', '/policies/ours', undefined, stranger)).statusCode).toBe(404)
    expect((await call('DELETE', '/policies/ours', undefined, stranger)).statusCode).toBe(404)
    expect((await call('GET', '/policies', undefined, stranger)).json()).toEqual({ data: [], nextCursor: null })
    expect((await call('POST', '/policies', { name: 'ours', policy: POLICY }, stranger)).statusCode).toBe(201)
    expect((await call('GET', '/policies/ours')).json<SavedPolicy>().policy).toEqual({ numOps: 2, magnitude: 7 })
  })

  it('is refused when its name is taken, built in or malformed, or when it is none', async () => {
    expect((await call('POST', '/policies', { name: 'ours', policy: POLICY })).json()).toMatchObject({
      status: 409,
      code: 'conflict',
    })
    expect((await call('POST', '/policies', { name: 'imagenet', policy: POLICY })).statusCode).toBe(400)
    for (const body of [
      { name: 'No Name', policy: POLICY },
      { name: 'a', policy: [] },
      { name: 'a', policy: [[{ op: 'Rotate', probability: 2 }]] },
      { name: 'a', policy: { numOps: 1 } },
    ])
      expect((await call('POST', '/policies', body)).statusCode).toBe(400)
  })

  it('that is not known is refused with those that are', async () => {
    const { errors } = (await validate(['horizontal-flip', auto('urs')])).json<{ errors: object[] }>()
    expect(errors).toEqual([
      {
        pointer: '/augment/1/policy',
        detail: 'unknown policy "urs"; did you mean "ours"? Known are imagenet, cifar10, svhn, ours',
      },
    ])
    expect((await validate([auto({ file: '/etc/passwd' })])).json()).toMatchObject({
      errors: [{ pointer: '/augment/0/policy' }],
    })
  })
})

describe('a policy search', () => {
  const submit = (body: object): Promise<LightMyRequestResponse> =>
    call('POST', '/sweeps', { dataset: dataset.id, kind: 'policy-search', spec: { budget: { epochs: 2 } }, ...body })

  it('is one job with its options, whose policy is saved with its report', async () => {
    const response = await submit({ policySearch: { saveAs: 'found', trials: 7 } })
    expect(response.statusCode).toBe(202)
    const [trial] = response.json<Sweep>().trials
    const { store } = service
    const claim = (await store.claimJob(trial!.job, 60_000))!
    expect(claim).toMatchObject({ kind: 'policy-search', task: { saveAs: 'found', trials: 7, folds: 3 } })
    expect((await call('GET', `/jobs/${trial!.job}`)).json<Job>().kind).toBe('policy-search')
    const folds = [
      { images: 10, trials: 7, clean: 0.5, policy: 0.9, kept: [] },
      { images: 30, trials: 7, clean: 0.1, policy: 0.5, kept: [] },
    ]
    const report = { kind: 'policy-search', method: 'density-matching', ended: 'whole', policy: POLICY, folds }
    await store.recordJob(claim.id, claim.token, { events: [], metrics: [], report })
    expect((await call('GET', '/policies/found')).json()).toMatchObject({ policy: POLICY, job: claim.id })
    const { data } = (await call('GET', '/policies')).json<{ data: PolicySummary[] }>()
    expect(data[0]).toMatchObject({ name: 'found', search: { method: 'density-matching' } })
    expect([data[0]?.search?.baseline, data[0]?.search?.found]).toEqual([
      expect.closeTo(0.2, 12) as number,
      expect.closeTo(0.6, 12) as number,
    ])
    expect((await call('GET', `/sweeps/${response.json<Sweep>().id}`)).json<Sweep>().result).toEqual(report)
    expect((await submit({ policySearch: { saveAs: 'found' } })).statusCode).toBe(409)
  })

  it('of rand-augment is measured by the nets that were trained with its best numbers, and with none', async () => {
    const options = { saveAs: 'grid', method: 'rand-augment', numOps: [1], magnitudes: [3, 9] }
    const { trials } = (await submit({ policySearch: options })).json<Sweep>()
    const { store } = service
    const claim = (await store.claimJob(trials[0]!.job, 60_000))!
    const grid = [
      { numOps: 0, magnitude: 0, loss: 0.5 },
      { numOps: 1, magnitude: 3, loss: 0.25 },
      { numOps: 1, magnitude: 9, loss: 0.75 },
    ]
    const report = { kind: 'policy-search', method: 'rand-augment', ended: 'whole', grid }
    const policy = { numOps: 1, magnitude: 3 }
    await store.recordJob(claim.id, claim.token, { events: [], metrics: [], report: { ...report, policy } })
    expect((await call('GET', '/policies/grid')).json()).toMatchObject({
      policy,
      search: { method: 'rand-augment', baseline: 0.5, found: 0.25 },
    })
  })

  it('of before policies kept what it measured gets that from its report', async () => {
    const searches = async (): Promise<unknown> =>
      (await call('GET', '/policies')).json<{ data: PolicySummary[] }>().data.map(({ name, search }) => [name, search])
    const now = await searches()
    const file = new URL('../../prisma/migrations/20261222200000_policy_searches/migration.sql', import.meta.url)
    const [, update = ''] = (await readFile(file, 'utf8')).split(/^(?=UPDATE)/m)
    const database = new Client({ connectionString: service.database.url })
    await database.connect()
    await database.query('UPDATE "Policy" SET "search" = NULL')
    expect(await searches()).not.toEqual(now)
    await database.query(update)
    await database.end()
    expect(await searches()).toEqual(now)
  })

  it('that finds a name taken meanwhile leaves that policy as it is', async () => {
    const { trials } = (await submit({ policySearch: { saveAs: 'race' } })).json<Sweep>()
    await call('POST', '/policies', { name: 'race', policy: POLICY })
    const { store } = service
    const claim = (await store.claimJob(trials[0]!.job, 60_000))!
    const report = { kind: 'policy-search', policy: { numOps: 1, magnitude: 1 } }
    await store.recordJob(claim.id, claim.token, { events: [], metrics: [], report })
    expect((await call('GET', '/policies/race')).json()).toMatchObject({ policy: POLICY, job: null })
  })

  it.each([
    [{}, '/policySearch'],
    [{ policySearch: { saveAs: 'x', folds: 1 } }, '/policySearch/folds'],
    [{ policySearch: { saveAs: 'x' }, trials: 3 }, '/trials'],
    [{ policySearch: { saveAs: 'x' }, kind: 'grid' }, '/policySearch'],
    [{ policySearch: { saveAs: 'x' }, spec: { budget: { minutes: 1 } } }, '/spec/budget'],
  ])('%j is refused at %s', async (body, pointer) => {
    const { errors } = (await submit(body)).json<{ errors: { pointer: string }[] }>()
    expect(errors[0]?.pointer).toBe(pointer)
  })
})
