import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DatasetSummary, Job, JobSummary, Page } from '../../src/service/resources.ts'
import type { SweepSummary } from '../../src/service/sweep-resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

type Headers = Record<string, string>

let service: ServiceUnderTest
let database: pg.Client
let headers: Headers
let dataset: string
let other: string
/** By name. */
const jobs = new Map<string, string>()

beforeAll(async () => {
  service = await startService()
  database = new pg.Client({ connectionString: service.database.url })
  await database.connect()
  ;({ headers } = await service.team())
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 10)))
  dataset = (await service.readyDataset(headers, zip)).id
  other = (await service.readyDataset(headers, zip)).id
  for (const [name, fields] of [
    ['Alpha one', { priority: 3, tags: ['baseline', 'long tail'] }],
    ['alpha two', { model: 'resnet18', priority: -1 }],
    ['beta', { dataset: other, priority: 3 }],
    ['Gamma', { tags: ['baseline'] }],
  ] as const)
    jobs.set(name, (await post('/v1/jobs', { dataset, batchSize: 8, name, ...fields })).json<Job>().id)
  await finish('Alpha one', { accuracy: 0.9, balancedAccuracy: 0.7, ece: 0.1, confusion: [[1]], data: { images: 'x' } })
  await finish('beta', { accuracy: 0.8, balancedAccuracy: 0.95, ece: 0.02 })
})
afterAll(async () => {
  await database.end()
  await service.stop()
})

const get = (url: string, as = headers) => service.app.inject({ url, headers: as })
const post = (url: string, payload: object) => service.app.inject({ method: 'POST', url, headers, payload })

async function finish(name: string, report: object): Promise<void> {
  const claim = await service.store.claimJob(jobs.get(name) ?? '', 60_000)
  if (claim === undefined) throw new Error('no claim')
  await service.store.recordJob(claim.id, claim.token, { events: [], metrics: [], report })
  await service.store.moveJob(claim.id, claim.token, { from: ['starting'], to: 'succeeded' })
}

async function names(query: string, list = 'jobs'): Promise<string[]> {
  const response = await get(`/v1/${list}?${query}`)
  expect(response.statusCode, response.body).toBe(200)
  return response.json<Page<{ name: string }>>().data.map(({ name }) => name)
}

describe('the list of jobs', () => {
  it('is filtered by what is asked for', async () => {
    const [created] = (await get('/v1/jobs?name=gamma')).json<Page<JobSummary>>().data
    for (const [query, expected] of [
      ['', ['Gamma', 'beta', 'alpha two', 'Alpha one']],
      ['state=queued', ['Gamma', 'alpha two']],
      ['state=succeeded,queued', ['Gamma', 'beta', 'alpha two', 'Alpha one']],
      [`dataset=${other}`, ['beta']],
      [`dataset=${other}@1`, ['beta']],
      [`dataset=${other}@2`, []],
      ['model=resnet18', ['alpha two']],
      ['name=ALPHA*', ['alpha two', 'Alpha one']],
      ['name=alpha', []],
      ['name=Beta', ['beta']],
      ['tag=baseline', ['Gamma', 'Alpha one']],
      ['tag=baseline,long tail', ['Alpha one']],
      ['tag=Baseline', []],
      ['metric=accuracy>=0.8', ['beta', 'Alpha one']],
      ['metric=accuracy>=0.8,balancedAccuracy<0.9', ['Alpha one']],
      ['metric=ece<2e-2', []],
      ['search=ALPHA', ['alpha two', 'Alpha one']],
      ['search=tail', ['Alpha one']],
      [`search=${jobs.get('beta') ?? ''}`, ['beta']],
      ['search=%25', []],
      ['search=a_p', []],
      ['submittedBy=nobody@example.org', []],
      ['sweep=none', ['Gamma', 'beta', 'alpha two', 'Alpha one']],
      ['sweep=sweep_1', []],
      ['spec=batchSize=8.0,model.name=resnet18', ['alpha two']],
      ['spec=model.name=resnet', []],
      [`createdBefore=${created?.createdAt ?? ''}`, ['beta', 'alpha two', 'Alpha one']],
      [`createdAfter=${created?.createdAt ?? ''}`, []],
      [`state=succeeded&name=alpha*&dataset=${dataset}&metric=accuracy>0.8`, ['Alpha one']],
    ] as const)
      expect(await names(query), query).toEqual(expected)
  })

  it('is sorted, and its pages fit together whatever the order', async () => {
    for (const [sort, expected] of [
      ['created', ['Alpha one', 'alpha two', 'beta', 'Gamma']],
      ['-created', ['Gamma', 'beta', 'alpha two', 'Alpha one']],
      ['name', ['Alpha one', 'alpha two', 'beta', 'Gamma']],
      ['-name', ['Gamma', 'beta', 'alpha two', 'Alpha one']],
      ['priority', ['alpha two', 'Gamma', 'Alpha one', 'beta']],
      ['-priority', ['beta', 'Alpha one', 'Gamma', 'alpha two']],
      ['-balancedAccuracy', ['beta', 'Alpha one']],
      ['ece', ['beta', 'Alpha one']],
    ] as const) {
      expect(await names(`sort=${sort}`), sort).toEqual(expected)
      const paged: string[] = []
      let after = ''
      for (let pages = 0; pages < expected.length; pages++) {
        const page = (await get(`/v1/jobs?limit=1&sort=${sort}${after}`)).json<Page<JobSummary>>()
        paged.push(...page.data.map(({ name }) => name))
        after = `&after=${page.nextCursor ?? ''}`
        expect(page.nextCursor === null, sort).toBe(pages === expected.length - 1)
      }
      expect(paged, sort).toEqual(expected)
    }
  })

  it('tells the final metrics of a job and its model', async () => {
    const job = (await get(`/v1/jobs/${jobs.get('beta') ?? ''}`)).json<Job>()
    expect(job.finalMetrics).toEqual({ accuracy: 0.8, balancedAccuracy: 0.95, ece: 0.02 })
    expect((await get('/v1/jobs?name=alpha two')).json<Page<JobSummary>>().data[0]).toMatchObject({
      model: 'resnet18',
      finalMetrics: null,
    })
  })

  it('refuses what it cannot read', async () => {
    const sorted = (await get('/v1/jobs?limit=1&sort=name')).json<Page<JobSummary>>().nextCursor ?? ''
    const broken = Buffer.from(JSON.stringify(['-created', '2026-99-99T00:00:00.000', 'job_1'])).toString('base64url')
    for (const [query, pointer] of [
      ['state=done', '/state'],
      ['state=queued,', '/state'],
      ['dataset=job_1', '/dataset'],
      ['metric=accuracy', '/metric'],
      ['spec=batchSize', '/spec'],
      ['spec=a..b=1', '/spec'],
      ['sweep=job_1', '/sweep'],
      ['metric=speed>1', '/metric'],
      ['metric=accuracy>=', '/metric'],
      ['metric=accuracy>=1e999', '/metric'],
      ['createdAfter=yesterday', '/createdAfter'],
      ['sort=--name', '/sort'],
      ['sort=team', '/sort'],
      ['colour=red', '/colour'],
      [`sort=-name&after=${sorted}`, '/after'],
      [`after=${broken}`, '/after'],
      [`after=${jobs.get('beta') ?? ''}`, '/after'],
    ] as const)
      expect((await get(`/v1/jobs?${query}`)).json(), query).toMatchObject({ status: 400, errors: [{ pointer }] })
  })

  it('shows no other team anything, whatever the filter', async () => {
    const { headers: stranger } = await service.team()
    for (const query of ['', `dataset=${dataset}`, 'sort=-accuracy', 'metric=accuracy>0', 'name=*'])
      expect((await get(`/v1/jobs?${query}`, stranger)).json()).toEqual({ data: [], nextCursor: null })
  })
})

describe('the lists of data sets and sweeps', () => {
  it('are filtered and sorted too', async () => {
    for (const name of ['seeds b', 'Seeds a'])
      await post('/v1/sweeps', {
        name,
        dataset: name === 'Seeds a' ? other : dataset,
        kind: 'grid',
        spec: { batchSize: 8 },
        space: { '/seed': { values: [1, 2] } },
      })
    expect(await names('', 'sweeps')).toEqual(['Seeds a', 'seeds b'])
    expect(await names('sort=-name', 'sweeps')).toEqual(['seeds b', 'Seeds a'])
    expect(await names(`dataset=${other}`, 'sweeps')).toEqual(['Seeds a'])
    expect(await names('state=running&kind=grid&name=seeds*', 'sweeps')).toHaveLength(2)
    expect((await get('/v1/sweeps?kind=random')).json<Page<SweepSummary>>().data).toEqual([])
    expect((await get('/v1/sweeps?model=x')).statusCode).toBe(400)

    expect((await get('/v1/datasets?state=ready&sort=created')).json<Page<DatasetSummary>>().data).toMatchObject([
      { id: dataset, images: { train: 16 } },
      { id: other },
    ])
    expect(await names('state=ingesting', 'datasets')).toEqual([])
    expect(await names('name=SHAPES&limit=1', 'datasets')).toEqual(['shapes'])
    expect((await get('/v1/datasets?state=deleted')).statusCode).toBe(400)
  })
})

describe('reports', () => {
  it('are read by no list and by no poll', async () => {
    const id = jobs.get('Alpha one') ?? ''
    const sent: string[] = []
    const query = pg.Client.prototype.query as (...input: unknown[]) => unknown
    const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...input: unknown[]
    ) {
      const [first] = input as [string | { text?: string }]
      sent.push(typeof first === 'string' ? first : (first.text ?? ''))
      return query.apply(this, input) as never
    })
    try {
      for (const url of [
        '/v1/jobs',
        '/v1/jobs?include=spec',
        '/v1/jobs?sort=-accuracy&metric=ece<1',
        `/v1/jobs/${id}`,
        `/v1/jobs/${id}/events`,
        `/v1/jobs/${id}/metrics`,
        `/v1/jobs/${id}/transitions`,
        `/v1/jobs/${id}/checkpoints`,
        `/v1/jobs/${id}/artifacts`,
        `/v1/jobs/${id}/explain`,
        '/v1/sweeps',
        '/v1/datasets',
        `/v1/datasets/${dataset}`,
        `/v1/datasets/${dataset}/versions`,
      ])
        expect((await get(url)).statusCode, url).toBe(200)
      await service.app.inject({ method: 'POST', url: `/v1/jobs/${jobs.get('Gamma') ?? ''}/pause`, headers })
      await service.app.inject({ method: 'POST', url: `/v1/jobs/${jobs.get('Gamma') ?? ''}/resume`, headers })
    } finally {
      spy.mockRestore()
    }
    expect(sent.length).toBeGreaterThan(14)
    expect(sent.filter((text) => /"report"|SELECT \* FROM "/.test(text))).toEqual([])
  })
})
