import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { newId } from '../../src/service/ids.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { blocksOf } from '../helpers/documentation.ts'
import { CHART, renderChart } from '../helpers/helm.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let owner: Client
let workers: Client
let queries: Map<string, string>
beforeAll(async () => {
  service = await startService()
  owner = new Client({ connectionString: service.database.url })
  // As whom the chart lets KEDA connect.
  workers = new Client({ connectionString: service.database.workerUrl })
  await Promise.all([owner.connect(), workers.connect()])
  const objects = await renderChart('--values', join(CHART, 'ci', 'gpu-pools.yaml'))
  const scaled = objects.filter(({ kind }) => kind === 'ScaledObject')
  queries = new Map(
    scaled.map(({ metadata, ...object }) => {
      const { triggers } = object['spec'] as { triggers: { metadata: { query: string } }[] }
      return [metadata.name.replace('anneal-worker-', ''), triggers[0]?.metadata.query ?? '']
    }),
  )
})
afterAll(async () => {
  await Promise.all([owner.end(), workers.end()])
  await service.stop()
})
beforeEach(() => owner.query('TRUNCATE "Team" CASCADE'))

/** How many workers KEDA is told that a pool needs. */
async function demand(pool: string, as = workers): Promise<number> {
  const { rows } = await as.query<number[]>({ text: queries.get(pool) ?? '', rowMode: 'array' })
  expect(rows).toHaveLength(1)
  expect(rows[0]).toHaveLength(1)
  return Number(rows[0]?.[0])
}

async function demands(): Promise<number[]> {
  const found: number[] = []
  for (const pool of queries.keys()) found.push(await demand(pool))
  return found
}

async function dataset(teamId: string, state = 'ready'): Promise<string> {
  const id = newId('ds', Date.now())
  await service.store.createDataset(teamId, { id, name: 'd', sizeBytes: 1, uploadKey: `uploads/${id}` })
  await owner.query('UPDATE "DatasetVersion" SET "state" = $2 WHERE "datasetId" = $1', [id, state])
  return `${id}@1`
}

async function job(
  teamId: string,
  datasetId: string,
  { pool, ...columns }: Record<string, unknown> = {},
): Promise<void> {
  const id = newId('job', Date.now())
  const spec = {} as ResolvedSpec
  await service.store.createJob({ id, teamId, datasetId, name: 'j', spec, specHash: 'h', reasons: {} })
  if (pool !== undefined) await owner.query('UPDATE "Job" SET "resources" = $2 WHERE "id" = $1', [id, { pool }])
  for (const [name, value] of Object.entries(columns))
    await owner.query(`UPDATE "Job" SET "${name}" = $2 WHERE "id" = $1`, [id, value])
}

it('is that of running jobs and of queued ones that may run', async () => {
  expect(await demand('default')).toBe(0)
  const { id } = await service.team()
  const data = await dataset(id)
  await job(id, data)
  await job(id, data, { state: 'running' })
  await job(id, data, { state: 'finalizing' })
  expect(await demand('default')).toBe(3)
  // These ask for nobody.
  await job(id, data, { state: 'succeeded' })
  await job(id, data, { state: 'paused' })
  await job(id, data, { blocked: true })
  await job(id, data, { notBefore: new Date(Date.now() + 3_600_000) })
  const suspended = await service.team()
  await job(suspended.id, await dataset(suspended.id))
  await owner.query('UPDATE "Team" SET "suspendedAt" = now() WHERE "id" = $1', [suspended.id])
  expect(await demand('default')).toBe(3)
})

it('is of a pool its own jobs alone', async () => {
  const { id } = await service.team()
  const data = await dataset(id)
  await job(id, data, { pool: 'a100' })
  await job(id, data, { pool: 'a100', state: 'running' })
  await job(id, data, { pool: 'h100' })
  expect(await demands()).toEqual([0, 2, 1])
})

it('is of a job of several workers that of all of them, where the pool runs such', async () => {
  const { id } = await service.team()
  const data = await dataset(id)
  await job(id, data, { resources: { pool: 'h100', devices: 3 } })
  await job(id, data, { resources: { pool: 'h100' } })
  await job(id, data, { resources: { pool: 'a100', devices: 3 } })
  expect(await demands()).toEqual([0, 1, 4])
})

it('is of one pool that of data sets that wait, next to jobs', async () => {
  const { id } = await service.team()
  const data = await dataset(id)
  await dataset(id, 'ingesting')
  await dataset(id, 'importing')
  expect(await demands()).toEqual([2, 0, 0])
  // A worker ingests while it trains.
  await job(id, data)
  expect(await demand('default')).toBe(2)
})

it('is told to the role that the documentation makes for KEDA, which may do nothing else', async () => {
  const [sql] = blocksOf('docs/kubernetes.md').filter(({ language }) => language === 'sql')
  await owner.query(sql?.text ?? '')
  const url = new URL(service.database.url)
  url.username = 'anneal_keda'
  url.password = 'SECRET'
  const keda = new Client({ connectionString: url.href })
  await keda.connect()
  try {
    const { id } = await service.team()
    await job(id, await dataset(id))
    await dataset(id, 'ingesting')
    for (const pool of queries.keys()) expect(await demand(pool, keda)).toBe(pool === 'default' ? 1 : 0)
    for (const query of ['SELECT "hash" FROM "ApiKey"', 'DELETE FROM "Job"'])
      await expect(keda.query(query)).rejects.toThrow('permission denied')
  } finally {
    await keda.end()
  }
})
