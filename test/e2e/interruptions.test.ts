import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset, Job, MetricSeries } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { Cluster } from '../helpers/cluster.ts'
import { weightsOf } from '../helpers/invariants.ts'
import { eventually } from '../helpers/service.ts'

const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 30 },
  augment: ['random-crop'],
  schedule: { name: 'linear', learningRate: 0.05 },
}

let cluster: Cluster
let dataset: Dataset
let undisturbed: string

beforeAll(async () => {
  cluster = await Cluster.start({ workers: 1, leaseMs: 30_000 })
  const { client } = cluster
  const zip = await writeZip(join(cluster.service.folder, 'data.zip'), classFolders(3, 100))
  const { id } = await client.upload<Dataset>(zip, { name: 'shapes' })
  dataset = await eventually(async () => {
    const found = await client.get<Dataset>(`/v1/datasets/${id}`)
    return found.state === 'ready' ? found : undefined
  })
  undisturbed = await weights(await ended(await submit()))
})
afterAll(() => cluster?.stop())

const submit = async (): Promise<string> =>
  (await cluster.client.post<Job>('/v1/jobs', { ...SPEC, dataset: dataset.id })).id
const job = (id: string): Promise<Job> => cluster.client.get<Job>(`/v1/jobs/${id}`)
const metrics = async (id: string): Promise<MetricSeries[]> =>
  (await cluster.client.get<{ data: MetricSeries[] }>(`/v1/jobs/${id}/metrics`)).data
const weights = (id: string): Promise<string> =>
  weightsOf(cluster.service.database.url, (key) => join(cluster.blobFolder, key), { jobId: id })

/** The metrics once the job has come so far. */
async function atStep(id: string, step: number): Promise<MetricSeries[]> {
  return eventually(async () => {
    const { progress, state } = await job(id)
    if (state === 'failed') throw new Error('the job failed')
    return (progress?.step ?? 0) < step ? undefined : metrics(id)
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

/** Every loss that had been read before is still there, and the weights are those of the undisturbed run. */
async function unharmed(id: string, acknowledged: MetricSeries[]): Promise<void> {
  await ended(id)
  const losses = (series: MetricSeries[]): [number, number][] =>
    series.find(({ key }) => key === 'train/loss')?.points ?? []
  const after = new Map(losses(await metrics(id)))
  for (const [step] of losses(acknowledged)) expect(after.has(step), `step ${step}`).toBe(true)
  expect(await weights(id)).toBe(undisturbed)
}

describe('a job that', () => {
  const ask = (id: string, action: string): Promise<Job> => cluster.client.post<Job>(`/v1/jobs/${id}/${action}`)
  const until = (id: string, state: string): Promise<Job> =>
    eventually(
      async () => {
        const found = await job(id)
        return found.state === state ? found : undefined
      },
      { withinMs: 150_000 },
    )

  it('loses its worker to a shutdown is handed back with a checkpoint, and ends with the same weights', async () => {
    const id = await submit()
    const seen = await atStep(id, 20)
    await cluster.killWorker(0, async () => expect((await job(id)).state).toBe('queued'), 'SIGTERM')
    await unharmed(id, seen)
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
    expect(await cluster.client.get(`/v1/jobs/${id}/report`)).toMatchObject({ split: 'test' })
    await ask(id, 'retry')
    await unharmed(id, seen)
  })
})
