import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '../../src/client/client.ts'
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.ts'
import type { EmbeddedService } from '../../src/embedded/service.ts'
import { startRedis } from '../../src/embedded/redis.ts'
import type { Checkpoint, Dataset, Job, MetricSeries } from '../../src/service/resources.ts'
import { readCheckpoint, roleValues } from '../../src/train/checkpoint/checkpoint.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { childrenOf } from '../helpers/processes.ts'
import { eventually, freePort, kill, startRole, startService, type ServiceUnderTest } from '../helpers/service.ts'

const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 30 },
  augment: ['random-crop'],
  schedule: { name: 'linear', learningRate: 0.05 },
}

let service: ServiceUnderTest
let environment: Record<string, string>
let worker: ChildProcess
let api: ChildProcess
let client: Client
let dataset: Dataset
let undisturbed: string
let database: EmbeddedPostgres
let redis: EmbeddedService

beforeAll(async () => {
  service = await startService()
  ;({ database, redis } = service)
  const { secret } = await service.team()
  const port = await freePort()
  environment = {
    DATABASE_URL: database.applicationUrl,
    REDIS_URL: redis.url,
    ANNEAL_HOME: service.folder,
    ANNEAL_PORT: String(port),
    BLOB_URL: pathToFileURL(join(service.folder, 'blobs')).href,
  }
  api = startRole('api', environment)
  worker = startRole('worker', environment)
  client = new Client({ url: `http://127.0.0.1:${port}`, key: secret })
  const zip = await writeZip(join(service.folder, 'data.zip'), classFolders(3, 100))
  await eventually(() => client.get('/v1/team'))
  const { id } = await client.upload<Dataset>(zip, { name: 'shapes' })
  dataset = await eventually(async () => {
    const found = await client.get<Dataset>(`/v1/datasets/${id}`)
    return found.state === 'ready' ? found : undefined
  })
  undisturbed = await weights(await ended(await submit()))
})
afterAll(async () => {
  await kill(worker, 'SIGKILL')
  await kill(api, 'SIGKILL')
  await service.stop()
})

const submit = async (): Promise<string> => (await client.post<Job>('/v1/jobs', { ...SPEC, dataset: dataset.id })).id
const job = (id: string): Promise<Job> => client.get<Job>(`/v1/jobs/${id}`)

async function atStep(id: string, step: number): Promise<MetricSeries[]> {
  return eventually(async () => {
    const { progress, state } = await job(id)
    if (state === 'failed') throw new Error('the job failed')
    if ((progress?.step ?? 0) < step) return undefined
    return (await client.get<{ data: MetricSeries[] }>(`/v1/jobs/${id}/metrics`)).data
  })
}

async function ended(id: string): Promise<string> {
  await eventually(
    async () => {
      const { state } = await job(id)
      return state === 'succeeded' || state === 'failed' ? true : undefined
    },
    { withinMs: 150_000 },
  )
  expect((await job(id)).reason).toBeNull()
  return id
}

async function weights(id: string): Promise<string> {
  const { data } = await client.get<{ data: Checkpoint[] }>(`/v1/jobs/${id}/checkpoints`)
  const last = data.find(({ kind }) => kind === 'last')
  const { blobKey = '' } =
    (await service.services.store.checkpoint((await client.get<{ id: string }>('/v1/team')).id, last?.id ?? '')) ?? {}
  const path = join(service.folder, 'blobs', blobKey)
  expect(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  ).toBe(last?.sha256)
  const hash = createHash('sha256')
  for (const [name, values] of [...roleValues(readCheckpoint(path), 'model')].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(values.buffer))
  return hash.digest('hex')
}

/** Every loss that had been read before is still there, and the weights are those of the undisturbed run. */
async function unharmed(id: string, acknowledged: MetricSeries[]): Promise<void> {
  await ended(id)
  const losses = (series: MetricSeries[]): [number, number][] =>
    series.find(({ key }) => key === 'train/loss')?.points ?? []
  const after = new Map(losses((await client.get<{ data: MetricSeries[] }>(`/v1/jobs/${id}/metrics`)).data))
  for (const [step] of losses(acknowledged)) expect(after.has(step), `step ${step}`).toBe(true)
  expect(await weights(id)).toBe(undisturbed)
}

const trainers = (): Promise<number[]> => childrenOf(worker.pid ?? 0, 'dist/bin/trainer.js')

describe('a job survives, with the weights of an undisturbed one,', () => {
  it('the trainer being killed', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    for (const pid of await trainers()) process.kill(pid, 'SIGKILL')
    await unharmed(id, seen)
    expect((await job(id)).attempt).toBeGreaterThan(1)
  })

  it('the worker being killed', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    await kill(worker, 'SIGKILL')
    worker = startRole('worker', environment)
    await unharmed(id, seen)
  })

  it('the worker being stopped, which hands it back with a checkpoint', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    await kill(worker, 'SIGTERM')
    expect((await job(id)).state).toBe('queued')
    worker = startRole('worker', environment)
    await unharmed(id, seen)
  })

  it('Redis being killed', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    if (redis.pid !== undefined) process.kill(redis.pid, 'SIGKILL')
    await setTimeout(1000)
    redis = await startRedis(join(service.folder, 'redis'), Number(new URL(redis.url).port))
    service.redis = redis
    await unharmed(id, seen)
  })

  it('PostgreSQL being killed', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    if (database.pid !== undefined) process.kill(database.pid, 'SIGKILL')
    await setTimeout(1500)
    database = await startPostgres(join(service.folder, 'postgres'), Number(new URL(database.url).port))
    service.database = database
    await unharmed(id, seen)
  })

  it('the API being killed', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    await kill(api, 'SIGKILL')
    api = startRole('api', environment)
    await unharmed(id, seen)
  })
})

describe('a job that', () => {
  const ask = (id: string, action: string): Promise<Job> => client.post<Job>(`/v1/jobs/${id}/${action}`)
  const until = (id: string, state: string): Promise<Job> =>
    eventually(async () => {
      const found = await job(id)
      return found.state === state ? found : undefined
    })

  it('is paused keeps its checkpoint while it waits, and is resumed as if it never had', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    await ask(id, 'pause')
    const { progress } = await until(id, 'paused')
    await setTimeout(2000)
    expect((await job(id)).progress).toEqual(progress)
    await ask(id, 'resume')
    await unharmed(id, seen)
  })

  it('is stopped reports on its weights so far, and goes on to the same end when it is retried', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    await ask(id, 'stop')
    const stopped = await until(id, 'stopped')
    expect(stopped).toMatchObject({
      reason: { code: 'stopped', fault: 'user' },
      accuracy: expect.any(Number) as number,
    })
    expect(stopped.progress?.step).toBeLessThan(stopped.progress?.totalSteps ?? 0)
    expect(await client.get(`/v1/jobs/${id}/report`)).toMatchObject({ split: 'test' })
    await ask(id, 'retry')
    await unharmed(id, seen)
  })
})
