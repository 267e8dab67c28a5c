import type { ChildProcess } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeFashionMnistZip } from '../../scripts/demo/fashion-mnist.mjs'
import { Client } from '../../src/client/client.ts'
import type { Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import type { Report } from '../../src/evaluation/report.ts'
import { writeNsfwModel } from '../helpers/nsfwjs.ts'
import {
  eventually,
  freePort,
  kill,
  roleEnvironment,
  startRole,
  startService,
  type ServiceUnderTest,
} from '../helpers/service.ts'

let service: ServiceUnderTest
let weights: Server
let weightsUrl: string
let processes: ChildProcess[]
let client: Client
let dataset: string

beforeAll(async () => {
  service = await startService()
  await writeNsfwModel('mobilenet_v2', join(service.folder, 'weights'))
  weights = createServer((request, response) => {
    createReadStream(join(service.folder, 'weights', request.url ?? '')).pipe(response)
  })
  await new Promise<void>((resolve) => weights.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(weights.address() as AddressInfo).port}`
  weightsUrl = `http://${host}/model.json`
  const port = await freePort()
  const environment = {
    ...roleEnvironment(service),
    ANNEAL_PORT: String(port),
    ANNEAL_WEIGHT_HOSTS: host,
    ANNEAL_THREADS: '2',
  }
  processes = [startRole('api', environment), startRole('worker', environment)]
  client = new Client({ url: `http://127.0.0.1:${port}`, key: (await service.team()).secret })
  await eventually(() => client.get('/v1/team'))
  const zip = join(service.folder, 'fashion.zip')
  await writeFashionMnistZip(zip, undefined, { train: 600, test: 500 })
  dataset = (await client.upload<Dataset>(zip, { name: 'few images' })).id
  await eventually(async () =>
    (await client.get<Dataset>(`/v1/datasets/${dataset}`)).state === 'ready' ? true : undefined,
  )
})
afterAll(async () => {
  for (const child of processes) await kill(child, 'SIGKILL')
  weights.close()
  await service.stop()
})

const PROBE = {
  image: { size: 96, mean: [0.5], std: [0.5] },
  augment: [],
  batchSize: 32,
  budget: { epochs: 20 },
  optimizer: { name: 'adam', weightDecay: 0 },
  schedule: { name: 'linear', learningRate: 0.01 },
  loss: { name: 'cross-entropy', labelSmoothing: 0 },
}
const MODEL = {
  name: 'mobilenet_v2',
  strides: 'imagenet',
  dropout: 0,
  freeze: 'trunk',
  tap: 'features.11',
  batchNorm: 'adapt',
}

async function accuracyOf(model: object, image: object = {}): Promise<{ job: Job; accuracy: number }> {
  const { id } = await client.post<Job>('/v1/jobs', {
    ...PROBE,
    dataset,
    model: { ...MODEL, ...model },
    image: { ...PROBE.image, ...image },
  })
  const job = await eventually(
    async () => {
      const current = await client.get<Job>(`/v1/jobs/${id}`)
      if (current.state === 'failed') throw new Error(current.reason?.detail)
      return current.state === 'succeeded' ? current : undefined
    },
    { withinMs: 240_000 },
  )
  return { job, accuracy: (await client.get<Report>(`/v1/jobs/${id}/report`)).accuracy }
}

describe('a linear probe on 600 images, by a spec through the API', () => {
  let probe: Awaited<ReturnType<typeof accuracyOf>>

  it('on real pretrained features beats random weights by 15 points, each net with batch-norm statistics of the images', async () => {
    probe = await accuracyOf({ pretrained: { url: weightsUrl } })
    const random = await accuracyOf({}, { channels: 3 })
    expect(probe.accuracy).toBeGreaterThanOrEqual(0.74)
    expect(probe.accuracy - random.accuracy).toBeGreaterThan(0.15)
    const { data: events } = await client.get<{ data: { type: string; data: { message?: string } }[] }>(
      `/v1/jobs/${probe.job.id}/events`,
    )
    expect(events.find(({ type }) => type === 'log')?.data.message).toContain('re-initialised: classifier.1/kernel')
  })

  it('beats by 5 points random weights whose batch norms let everything through, which leaves features near to pixels', async () => {
    const random = await accuracyOf({ batchNorm: 'frozen' }, { channels: 3 })
    expect(probe.accuracy - random.accuracy).toBeGreaterThan(0.05)
  })

  it('is the start of fine-tuning from its checkpoint, by another spec', async () => {
    const { data } = await client.get<{ data: Checkpoint[] }>(`/v1/jobs/${probe.job.id}/checkpoints`)
    const best = data.find(({ kind }) => kind === 'best')!
    const { id } = await client.post<Job>('/v1/jobs', {
      ...PROBE,
      dataset,
      budget: { epochs: 1 },
      schedule: { name: 'linear', learningRate: 1e-4 },
      model: { ...MODEL, batchNorm: 'frozen', freeze: 'features.8', pretrained: { checkpoint: best.id } },
    })
    await eventually(async () => ((await client.get<Job>(`/v1/jobs/${id}`)).state === 'succeeded' ? true : undefined), {
      withinMs: 240_000,
    })
    const { accuracy } = await client.get<Report>(`/v1/jobs/${id}/report`)
    expect(accuracy).toBeGreaterThan(probe.accuracy - 0.03)
  })
})
