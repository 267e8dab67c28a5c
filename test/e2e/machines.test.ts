import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '../../src/client/client.ts'
import type { Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, png, writeZip } from '../helpers/archives.ts'
import { API_PORT, machineEnvironment } from '../helpers/machine-environment.ts'
import { machinesOn, type Machines } from '../helpers/machines.ts'
import { startS3 } from '../helpers/s3-server.ts'
import { eventually, startService, type ServiceUnderTest } from '../helpers/service.ts'

const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')

let service: ServiceUnderTest
let s3: Awaited<ReturnType<typeof startS3>>
let machines: Machines
let client: Client
let archive: string
let url: string
let key: string
const said: string[] = []

beforeAll(async () => {
  service = await startService()
  s3 = await startS3(join(service.folder, 's3'))
  archive = await writeZip(join(service.folder, 'data.zip'), classFolders(3, 40))
  machines = machinesOn(service.folder)
  const environment = {
    ...(await machineEnvironment({ service, machines, s3 })),
    ANNEAL_THREADS: '1',
    ANNEAL_LEASE_MS: '4000',
  }
  const api = machines.add()
  for (const [role, machine] of [
    ['api', api],
    ['worker', machines.add()],
    ['worker', machines.add()],
  ] as const) {
    const child = machine.start(process.execPath, [ANNEAL, role], environment)
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => said.push(`${role} ${machine.address}: ${chunk.toString('utf8')}`))
  }
  key = (await service.team()).secret
  url = `http://${api.address}:${API_PORT}`
  client = new Client({ url, key })
  await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined, { withinMs: 150_000 }).catch(
    (error: unknown) => {
      throw new Error(said.join(''), { cause: error })
    },
  )
}, 300_000)
afterAll(async () => {
  await machines.remove()
  await s3.stop()
  await service.stop()
})

async function ended(id: string): Promise<Job> {
  return eventually(
    async () => {
      const job = await client.get<Job>(`/v1/jobs/${id}`)
      return ['succeeded', 'failed', 'canceled'].includes(job.state) ? job : undefined
    },
    { withinMs: 300_000 },
  ).catch((error: unknown) => {
    throw new Error(said.join(''), { cause: error })
  })
}

describe('an API and two workers that share a database, Redis and a bucket, and no file', () => {
  let dataset: Dataset
  let job: Job
  let checkpoint: Checkpoint

  it('take an upload to a trained model', async () => {
    const { id } = await client.upload<Dataset>(archive, { name: 'shapes' })
    dataset = await eventually(async () => {
      const found = await client.get<Dataset>(`/v1/datasets/${id}`)
      return found.state === 'ingesting' ? undefined : found
    })
    expect(dataset).toMatchObject({ state: 'ready', images: { train: 96, val: 12, test: 12 } })
    const spec = { model: { name: 'resnet20', width: 4 }, batchSize: 16, precision: 'float32', budget: { epochs: 2 } }
    const jobs = await Promise.all(
      [0, 1].map((seed) => client.post<Job>('/v1/jobs', { ...spec, seed, dataset: dataset.id })),
    )
    const done = await Promise.all(jobs.map(({ id: each }) => ended(each)))
    for (const each of done) expect(each, said.join('')).toMatchObject({ state: 'succeeded', reason: null })
    job = done[0]!
  }, 400_000)

  it('send checkpoints by addresses of the bucket, whole and by range', async () => {
    const { data } = await client.get<{ data: Checkpoint[] }>(`/v1/jobs/${job.id}/checkpoints`)
    checkpoint = data.find(({ kind }) => kind === 'best')!
    const address = `${url}/v1/checkpoints/${checkpoint.id}/content`
    const headers = { authorization: `Bearer ${key}` }
    const redirect = await fetch(address, { headers, redirect: 'manual' })
    expect(redirect.status).toBe(307)
    const signed = redirect.headers.get('location') ?? ''
    expect(signed).toContain('X-Amz-Signature=')
    const whole = Buffer.from(await (await fetch(signed)).arrayBuffer())
    expect(createHash('sha256').update(whole).digest('hex')).toBe(checkpoint.sha256)
    const part = await fetch(signed, { headers: { range: 'bytes=8-15' } })
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, whole.subarray(8, 16)])
    // Where the page loads it, and where a tag of the API is to be compared, it comes from the API.
    for (const own of [
      { 'sec-fetch-site': 'same-origin' },
      { 'if-range': `"${checkpoint.sha256}"`, range: 'bytes=0-' },
    ]) {
      const answer = await fetch(address, {
        headers: { ...headers, ...own } as Record<string, string>,
        redirect: 'manual',
      })
      expect(Buffer.from(await answer.arrayBuffer()).equals(whole)).toBe(true)
    }
    const export_ = await fetch(`${url}/v1/checkpoints/${checkpoint.id}/exports?format=safetensors`, { headers })
    expect([export_.status, export_.redirected]).toEqual([200, true])
  }, 120_000)

  it('predict, show images, and make another version of the data set', async () => {
    const headers = { authorization: `Bearer ${key}` }
    const answer = await fetch(`${url}/v1/checkpoints/${checkpoint.id}/predict`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'image/png' },
      body: new Uint8Array(png(1)),
    })
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('class')])
    const image = await fetch(`${url}/v1/datasets/${dataset.id}/items/3/image?size=32`, { headers })
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/webp'])
    const grid = await fetch(`${url}/v1/jobs/${job.id}/report/worst/0/grad-cam`, { headers })
    expect([200, 404]).toContain(grid.status)
    const zip = await fetch(`${url}/v1/datasets/${dataset.id}/export`, { headers })
    expect([zip.status, (await zip.arrayBuffer()).byteLength > 1000]).toEqual([200, true])

    const removed = await client.post<{ version: number }>(`/v1/datasets/${dataset.id}/versions`, {
      remove: [{ class: 'class0', split: 'train' }],
    })
    const version = await eventually(async () => {
      const found = await client.get<Dataset>(`/v1/datasets/${dataset.id}@${removed.version}`)
      return found.state === 'ingesting' ? undefined : found
    })
    expect(version).toMatchObject({ state: 'ready', images: { train: 64, val: 12, test: 12 } })
  }, 120_000)

  it('see nothing of the host', async () => {
    const lookedAt = machines.add().start('ls', [service.folder], {})
    let listed = ''
    lookedAt.stdout?.on('data', (chunk: Buffer) => (listed += chunk.toString('utf8')))
    await new Promise((resolve) => lookedAt.on('close', resolve))
    expect(listed).toBe('')
    expect((await readFile(archive)).length).toBeGreaterThan(0)
  })
})
