import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaPg } from '@prisma/adapter-pg'
import { newId } from '../../src/service/ids.ts'
import type { Dataset, Job, JobEvent, JobSummary, MetricSeries, Page } from '../../src/service/resources.ts'
import type { Sweep, SweepSummary } from '../../src/service/sweep-resources.ts'
import { inlined } from '../../src/isolation/operations.ts'
import { JobSpec } from '../../src/job-spec/schema.ts'
import { PrismaClient } from '../../src/store/generated/client.ts'
import { classFolders, temporaryFolder, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let webFolder: Awaited<ReturnType<typeof temporaryFolder>>
let service: ServiceUnderTest
let prisma: PrismaClient
let headers: { authorization: string }
let teamId: string
let dataset: Dataset
let job: Job
beforeAll(async () => {
  webFolder = await temporaryFolder()
  const web = webFolder.path
  await writeFile(join(web, 'main.js'), '1')
  await writeFile(join(web, 'main.js.map'), '{}')
  service = await startService({ web })
  ;({ headers, id: teamId } = await service.team())
  prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: service.database.url }) })
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 8)))
  dataset = await service.readyDataset(headers, zip)
  job = (await post('/v1/jobs', { dataset: dataset.id })).json<Job>()
})
afterAll(async () => {
  await prisma.$disconnect()
  await service.stop()
  await webFolder.remove()
})

const post = (url: string, payload: object) => service.app.inject({ method: 'POST', url, headers, payload })
const get = (url: string, more: Record<string, string> = {}) =>
  service.app.inject({ url, headers: { ...headers, ...more } })

type Schema = Record<string, unknown>

/** Places of a schema where a value of any size is taken. */
function unbounded(schema: unknown, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (Array.isArray(schema)) return schema.flatMap((item, i) => unbounded(item, `${at}/${i}`))
  const { type, ...rest } = schema as Schema
  const types = [type].flat()
  const has = (...names: string[]): boolean => names.some((name) => rest[name] !== undefined)
  const isListed = has('const', 'enum')
  // Files of a form are counted in bytes as they come.
  const isFile = rest['contentMediaType'] === 'application/octet-stream' || rest['format'] === 'binary'
  const open = [
    types.includes('string') && !isListed && !isFile && !has('maxLength') && 'maxLength',
    types.includes('array') && !has('maxItems') && 'maxItems',
    types.includes('object') && rest['additionalProperties'] !== false && !has('maxProperties') && 'maxProperties',
    (types.includes('number') || types.includes('integer')) &&
      !isListed &&
      !has('maximum', 'exclusiveMaximum') &&
      'maximum',
    (types.includes('number') || types.includes('integer')) &&
      !isListed &&
      !has('minimum', 'exclusiveMinimum') &&
      'minimum',
  ].filter((bound) => bound !== false)
  return [
    ...open.map((bound) => `${at} has no ${bound}`),
    ...Object.entries(rest).flatMap(([key, value]) => {
      if (['default', 'examples', 'enum', 'const', 'required'].includes(key)) return []
      if (key === 'properties' || key === 'patternProperties')
        return Object.entries(value as Schema).flatMap(([name, child]) => unbounded(child, `${at}/${name}`))
      return unbounded(value, `${at}/${key}`)
    }),
  ]
}

describe('a request schema', () => {
  it('bounds every text, list, open object and number', () => {
    const { paths, components } = service.app.swagger() as unknown as {
      components: { schemas: Record<string, object> }
      paths: Record<
        string,
        Record<string, { requestBody?: { content: Schema }; parameters?: { name: string; schema: object }[] }>
      >
    }
    const found = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { requestBody, parameters = [] }]) => [
        ...parameters.flatMap(({ name, schema }) => unbounded(schema, `${method} ${path} ${name}`)),
        ...Object.values(requestBody?.content ?? {}).flatMap((content) =>
          unbounded(inlined(content, components.schemas), `${method} ${path}`),
        ),
      ]),
    )
    expect(found).toEqual([])
    expect(unbounded(JSON.parse(JSON.stringify(JobSpec)), 'spec')).toEqual([])
    expect(unbounded({ properties: { a: { type: 'string' } } }, '')).toEqual(['/a has no maxLength'])
  })
})

describe('a list', () => {
  it('of data sets does not hold the names of their classes, of which one data set has all', async () => {
    const classes = Array.from({ length: 20_000 }, (_, i) => `${'n'.repeat(150)}${i}`)
    const manifest = { classes, counts: { train: 1, val: 1, test: 1 } }
    const plain = { teamId, name: 'many', state: 'ready', sizeBytes: 1 }
    await prisma.datasetVersion.createMany({
      data: Array.from({ length: 3 }, () => {
        const datasetId = newId('ds', Date.now())
        return { id: `${datasetId}@1`, datasetId, number: 1, isCurrent: true, ...plain, manifest }
      }),
    })
    const response = await get('/v1/datasets?limit=500')
    const { data } = response.json<Page<Dataset>>()
    expect(data.map(({ classCount }) => classCount)).toEqual([20_000, 20_000, 20_000, 3])
    expect(data[0]).toMatchObject({ images: { train: 1, val: 1, test: 1 } })
    expect(data[0]).not.toHaveProperty('classes')
    expect(response.body.length).toBeLessThan(10_000)
    expect((await get(`/v1/datasets/${dataset.id}`)).json()).toMatchObject({ classCount: 3, classes: dataset.classes })
    await prisma.datasetVersion.deleteMany({ where: { name: 'many' } })
  })

  it('of jobs holds specs only when they are asked for, and neither it nor a poll a report', async () => {
    const report = { accuracy: 0.75, filler: 'x'.repeat(1_000_000) }
    await prisma.job.update({ where: { id: job.id }, data: { report } })
    const listed = await get('/v1/jobs')
    expect(listed.json<Page<JobSummary>>().data[0]).toMatchObject({ id: job.id, accuracy: 0.75 })
    expect(listed.json<Page<JobSummary>>().data[0]).not.toHaveProperty('spec')
    expect(listed.body.length).toBeLessThan(3000)
    const whole = (await get('/v1/jobs?include=spec&limit=50')).json<Page<JobSummary>>().data[0]
    expect(whole).toMatchObject({ spec: job.spec, reasons: job.reasons })
    expect((await get('/v1/jobs?include=spec&limit=51')).statusCode).toBe(400)
    expect((await get('/v1/jobs?include=report')).statusCode).toBe(400)
    expect((await get(`/v1/jobs/${job.id}`)).json()).toMatchObject({ accuracy: 0.75, spec: job.spec })
  })

  it('of sweeps has the same summaries as the sweeps themselves', async () => {
    for (const objective of [{}, { metric: 'val/loss' }]) {
      const space = { '/schedule/learningRate': { values: [0.1, 0.2, 0.3] } }
      const created = await post('/v1/sweeps', { dataset: dataset.id, kind: 'grid', space, objective })
      const { id, trials } = created.json<Sweep>()
      const key = 'metric' in objective ? 'val/loss' : 'val/accuracy'
      const values = [0.3, 0.9, 0.5]
      await prisma.metric.createMany({
        data: trials.flatMap((trial, i) => [
          { jobId: trial.job, key, step: 1, value: values[i] ?? 0 },
          { jobId: trial.job, key, step: 2, value: (values[i] ?? 0) / 2 },
        ]),
      })
      const compare = async (): Promise<SweepSummary> => {
        const {
          spec,
          space: varied,
          rungs,
          trials: tried,
          result,
          ...summary
        } = (await get(`/v1/sweeps/${id}`)).json<Sweep>()
        expect([spec, varied, rungs, tried, result]).toHaveLength(5)
        expect((await get('/v1/sweeps?limit=1')).json<Page<SweepSummary>>().data).toEqual([summary])
        return summary
      }
      expect((await compare()).best).toMatchObject(
        'metric' in objective ? { number: 1, value: 0.15 } : { number: 2, value: 0.9 },
      )
      await prisma.job.update({ where: { id: trials[2]?.job ?? '' }, data: { state: 'succeeded' } })
      const { best, counts } = await compare()
      expect(best).toMatchObject({ number: 3 })
      expect(counts).toEqual({ trials: 3, ended: 1 })
    }
  })

  it('of events is cut where it grows large, and goes on after that', async () => {
    const { id } = (await post('/v1/jobs', { dataset: dataset.id })).json<Job>()
    await prisma.event.createMany({
      data: Array.from({ length: 7 }, (_, i) => ({ jobId: id, type: 'log', data: { i, text: 'x'.repeat(900_000) } })),
    })
    const seen: unknown[] = []
    for (let after = ''; ;) {
      const response = await get(`/v1/jobs/${id}/events?limit=500${after === '' ? '' : `&after=${after}`}`)
      const { data, nextCursor } = response.json<Page<JobEvent>>()
      expect(response.body.length).toBeLessThan(3_000_000)
      seen.push(...data.flatMap(({ type, data: value }) => (type === 'log' ? [(value as { i: number }).i] : [])))
      if (nextCursor === null) break
      after = nextCursor
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
})

describe('metrics', () => {
  it('are thinned in the database, by key, to what an answer can hold', async () => {
    const { id } = (await post('/v1/jobs', { dataset: dataset.id })).json<Job>()
    const keys = Array.from({ length: 20 }, (_, i) => `series/${i}`)
    for (const key of keys)
      await prisma.$executeRaw`INSERT INTO "Metric" SELECT ${id}, ${key}, step, step / 7.0 FROM generate_series(1, 4000) AS step`
    const all = (await get(`/v1/jobs/${id}/metrics?maxPoints=10000`)).json<{ data: MetricSeries[] }>().data
    expect(all.map(({ key }) => key)).toEqual([...keys].sort())
    expect(all.reduce((sum, { points }) => sum + points.length, 0)).toBeLessThanOrEqual(50_000)
    for (const { points } of all) expect(points.at(-1)).toEqual([4000, 4000 / 7])
    const one = (await get(`/v1/jobs/${id}/metrics?keys=series/3&after=3998`)).json<{ data: MetricSeries[] }>().data
    expect(one).toEqual([{ key: 'series/3', points: [3999, 4000].map((step) => [step, step / 7]) }])
  })
})

describe('content', () => {
  it('honours conditions and ranges as RFC 9110 has them', async () => {
    const bytes = Buffer.from('0123456789')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await service.services.blobs.write('checkpoints/x', Readable.from([bytes]))
    const row = { jobId: job.id, kind: 'best', step: 1, blobKey: 'checkpoints/x', sizeBytes: 10, sha256, metrics: {} }
    const { id } = await prisma.checkpoint.create({ data: { id: newId('ckpt', Date.now()), ...row } })
    const content = async (more: Record<string, string>) => {
      const { statusCode, body, headers: sent } = await get(`/v1/checkpoints/${id}/content`, more)
      return { status: statusCode, body: statusCode < 300 ? body : '', cache: sent['cache-control'] }
    }
    const tag = `"${sha256}"`
    const whole = { status: 200, body: '0123456789', cache: 'private, no-cache' }
    const part = { status: 206, body: '123' }
    for (const range of ['bytes=1-3', 'BYTES=1-3', 'Bytes= 1-3'])
      expect(await content({ range }), range).toMatchObject(part)
    for (const range of ['bytes=5-1', 'bytes=-', 'bytes=1-2,4-5', 'lines=1-3', 'bytes=x-3'])
      expect(await content({ range }), range).toEqual(whole)
    for (const range of ['bytes=10-', 'bytes=-0', 'bytes=99999999999999999999-'])
      expect(await content({ range }), range).toMatchObject({ status: 416 })
    expect(await content({ range: 'bytes=-3' })).toMatchObject({ status: 206, body: '789' })
    expect(await content({ range: 'bytes=1-3', 'if-range': tag })).toMatchObject(part)
    for (const condition of ['"other"', `W/${tag}`, 'Sat, 29 Oct 1994 19:43:31 GMT'])
      expect(await content({ range: 'bytes=1-3', 'if-range': condition }), condition).toEqual(whole)
    for (const known of [tag, '*', `W/${tag}`, `"a", W/"b" , ${tag}`])
      expect(await content({ 'if-none-match': known }), known).toMatchObject({
        status: 304,
        cache: 'private, no-cache',
      })
    for (const unknown of ['"other"', sha256, `"a", "b"`])
      expect(await content({ 'if-none-match': unknown }), unknown).toEqual(whole)
    await service.services.blobs.remove('checkpoints/x')
    expect(await content({})).toMatchObject({ status: 404, cache: 'no-store' })
  })

  it('of the page comes without its source maps', async () => {
    expect((await get('/main.js')).statusCode).toBe(200)
    expect((await get('/main.js.map')).statusCode).toBe(404)
  })

  it('of the API is kept by nobody', async () => {
    for (const url of ['/v1/team', '/v1/jobs', `/v1/jobs/${job.id}`, '/v1/nowhere', '/v1/jobs/job_none'])
      expect((await get(url)).headers['cache-control'], url).toBe('no-store')
  })
})
