import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import { drainRemovedBlobs } from '../../src/service/removed-blobs.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let zip: Buffer
let headers: { authorization: string }
let teamId: string

beforeAll(async () => {
  service = await startService()
  ;({ headers, id: teamId } = await service.team())
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
})
afterAll(() => service.stop())

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) =>
  service.app.inject({ method, url: `/v1${path}`, headers, ...(payload === undefined ? {} : { payload }) })
const status = async (method: 'GET' | 'POST' | 'DELETE', path: string): Promise<number> =>
  (await call(method, path)).statusCode

async function submit(dataset: string, spec: object = {}): Promise<Job> {
  const response = await call('POST', '/jobs', { dataset, batchSize: 8, ...spec })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>()
}

/** What a worker leaves of a job that has succeeded; gives its checkpoint. */
async function succeed({ id }: Job): Promise<Checkpoint> {
  const { store } = service
  const { blobs } = service.services
  const { token } = (await store.claimJob(id, 60_000)) ?? { token: 0 }
  const blobKey = `checkpoints/${id}/best`
  const { sizeBytes } = await blobs.write(blobKey, Readable.from([`weights of ${id}`]))
  const sha256 = id.slice(4).padEnd(64, '0')
  await store.recordJob(id, token, {
    events: [],
    metrics: [{ key: 'val/accuracy', step: 1, value: 0.5 }],
    checkpoint: { kind: 'best', step: 1, blobKey, sizeBytes, sha256, metrics: {} },
    report: { accuracy: 0.5, classes: [], worst: [] },
  })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return (await store.checkpoints(id))[0]!
}

const blob = async (key: string): Promise<number | undefined> => {
  await drainRemovedBlobs(service.store, service.services.blobs)
  return service.services.blobs.sizeBytes(key)
}

describe('deleting', () => {
  it('removes a job that has ended with its checkpoints and their blobs, and refuses one that has not', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const job = await submit(dataset.id)
    expect((await call('DELETE', `/jobs/${job.id}`)).json()).toMatchObject({ code: 'wrong_state', status: 409 })
    const checkpoint = await succeed(job)
    expect(await status('DELETE', `/jobs/${job.id}`)).toBe(204)
    for (const path of [`/jobs/${job.id}`, `/jobs/${job.id}/metrics`, `/checkpoints/${checkpoint.id}`])
      expect(await status('GET', path), path).toBe(404)
    expect(await status('DELETE', `/jobs/${job.id}`)).toBe(404)
    expect(await blob(`checkpoints/${job.id}/best`)).toBeUndefined()
  })

  it('removes a data set that jobs have used: they stay readable, say so, and cannot run again', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const [done, canceled, queued] = [await submit(dataset.id), await submit(dataset.id), await submit(dataset.id)]
    const checkpoint = await succeed(done)
    await call('POST', `/jobs/${canceled.id}/cancel`)
    const refusal = await call('DELETE', `/datasets/${dataset.id}`)
    expect(refusal.json()).toMatchObject({ code: 'wrong_state', detail: expect.stringContaining(queued.id) as string })
    await call('POST', `/jobs/${queued.id}/cancel`)
    expect(await status('DELETE', `/datasets/${dataset.id}`)).toBe(204)
    for (const path of [`/datasets/${dataset.id}`, `/datasets/${dataset.id}/report`])
      expect((await call('GET', path)).json(), path).toMatchObject({
        status: 404,
        detail: `Data set ${dataset.id} was deleted.`,
      })
    expect((await call('POST', '/jobs', { dataset: dataset.id })).json()).toMatchObject({
      status: 404,
      detail: `Data set ${dataset.id} was deleted.`,
    })
    expect((await call('GET', '/datasets')).json<{ data: Dataset[] }>().data.map(({ id }) => id)).not.toContain(
      dataset.id,
    )
    expect(await blob(`datasets/${dataset.id}`)).toBeUndefined()
    expect((await call('GET', `/jobs/${done.id}`)).json()).toMatchObject({
      state: 'succeeded',
      accuracy: 0.5,
      dataset: dataset.id,
      datasetDeleted: true,
    })
    expect(await service.store.report(teamId, done.id)).toMatchObject({ accuracy: 0.5 })
    expect(await status('GET', `/checkpoints/${checkpoint.id}`)).toBe(200)
    expect((await call('POST', `/jobs/${canceled.id}/retry`)).json()).toMatchObject({
      code: 'wrong_state',
      detail: expect.stringContaining('was deleted') as string,
    })
    expect((await call('GET', `/datasets/${dataset.id}/items/0/image`)).json()).toMatchObject({ status: 404 })
    for (const { id } of [done, canceled, queued]) expect(await status('DELETE', `/jobs/${id}`)).toBe(204)
  })

  it('keeps a checkpoint that a job which has not ended starts from', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const base = await succeed(await submit(dataset.id, { model: { name: 'resnet20', width: 4 } }))
    const heir = await submit(dataset.id, { model: { name: 'resnet20', pretrained: { checkpoint: base.id } } })
    for (const path of [`/checkpoints/${base.id}`, `/jobs/${base.job}`])
      expect((await call('DELETE', path)).json(), path).toMatchObject({
        code: 'wrong_state',
        detail: expect.stringContaining(heir.id) as string,
      })
    await call('POST', `/jobs/${heir.id}/cancel`)
    expect(await status('DELETE', `/checkpoints/${base.id}`)).toBe(204)
    expect(await blob(`checkpoints/${base.job}/best`)).toBeUndefined()
    expect(await status('GET', `/jobs/${base.job}`)).toBe(200)
  })

  it('lets a job run again only as long as the weights that it starts from are there', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const base = await succeed(await submit(dataset.id, { model: { name: 'resnet20', width: 4 } }))
    const heir = await submit(dataset.id, { model: { name: 'resnet20', pretrained: { checkpoint: base.id } } })
    await call('POST', `/jobs/${heir.id}/cancel`)
    expect((await call('POST', `/jobs/${heir.id}/retry`)).statusCode).toBe(200)
    await call('POST', `/jobs/${heir.id}/cancel`)
    expect(await status('DELETE', `/jobs/${base.job}`)).toBe(204)
    expect((await call('POST', `/jobs/${heir.id}/retry`)).json()).toMatchObject({
      status: 409,
      code: 'wrong_state',
      detail: expect.stringContaining(base.id) as string,
    })
  })

  it('keeps a checkpoint as a teacher when the data set is gone that it learned from', async () => {
    const [old, fresh] = [await service.readyDataset(headers, zip), await service.readyDataset(headers, zip)]
    const teacher = await succeed(await submit(old.id))
    expect(await status('DELETE', `/datasets/${old.id}`)).toBe(204)
    await submit(fresh.id, { loss: { name: 'distillation', teacher: teacher.id } })
  })

  it('never leaves a job that has not ended without the data set or checkpoint that it needs', async () => {
    for (let round = 0; round < 5; round++) {
      const dataset = await service.readyDataset(headers, zip)
      const base = await succeed(await submit(dataset.id, { model: { name: 'resnet20', width: 4 } }))
      const heir = { model: { name: 'resnet20', pretrained: { checkpoint: base.id } } }
      const canceled = await submit(dataset.id)
      await call('POST', `/jobs/${canceled.id}/cancel`)
      const [used, unused] = [await service.readyDataset(headers, zip), dataset]
      const results = await Promise.all([
        call('POST', '/jobs', { dataset: used.id, batchSize: 8, ...heir }),
        call('DELETE', `/checkpoints/${base.id}`),
        call('POST', `/jobs/${canceled.id}/retry`),
        call('DELETE', `/datasets/${unused.id}`),
        call('POST', '/jobs', { dataset: used.id, batchSize: 8, ...heir }),
      ])
      for (const { statusCode, body } of results) expect(statusCode, body).toBeLessThan(500)
      const [submitted, checkpoint, retried, data] = results.map(({ statusCode }) => statusCode)
      if (submitted === 202) expect(checkpoint).toBe(409)
      if (retried === 200) expect(data).toBe(409)
    }
  })

  it('removes a blob again that was given up once more while it was being removed', async () => {
    const { store } = service
    await store.giveUpBlob('artifacts/twice')
    const due = (await store.removedBlobs(100)).filter(({ key }) => key === 'artifacts/twice')
    expect(due).toHaveLength(1)
    await setTimeout(5)
    await store.giveUpBlob('artifacts/twice')
    await store.forgetRemovedBlobs(due)
    const again = (await store.removedBlobs(100)).filter(({ key }) => key === 'artifacts/twice')
    expect(again).toHaveLength(1)
    await store.forgetRemovedBlobs(again)
    expect((await store.removedBlobs(100)).map(({ key }) => key)).not.toContain('artifacts/twice')
  })

  it('removes every blob that can be removed when one cannot, and tries that one again', async () => {
    const { store } = service
    const { blobs } = service.services
    const jobs = [await submit((await service.readyDataset(headers, zip)).id)]
    jobs.push(await submit(jobs[0]!.dataset))
    for (const job of jobs) await succeed(job)
    for (const { id } of jobs) expect(await status('DELETE', `/jobs/${id}`)).toBe(204)
    await drainRemovedBlobs(store, blobs)
    expect(await store.removedBlobs(100)).toEqual([])
    const kept: string[] = ['artifacts/stuck', 'artifacts/free']
    let stuck = true
    const queue = {
      removedBlobs: () => Promise.resolve(kept.map((key) => ({ key, notedAt: new Date() }))),
      forgetRemovedBlobs: (gone: readonly { key: string }[]) =>
        Promise.resolve(void gone.forEach(({ key }) => kept.splice(kept.indexOf(key), 1))),
      postponeRemovedBlobs: () => Promise.resolve(),
    }
    const disk = {
      remove: (key: string) => (key.endsWith('stuck') && stuck ? Promise.reject(new Error('busy')) : Promise.resolve()),
    }
    await expect(drainRemovedBlobs(queue, disk)).rejects.toThrow('busy')
    expect(kept).toEqual(['artifacts/stuck'])
    stuck = false
    await drainRemovedBlobs(queue, disk)
    expect(kept).toEqual([])
  })

  it('removes a sweep with its trials once it has ended', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const space = { '/seed': { values: [1, 2] } }
    const response = await call('POST', '/sweeps', { dataset: dataset.id, kind: 'grid', space, spec: { batchSize: 8 } })
    const { id, trials } = response.json<{ id: string; trials: { job: string }[] }>()
    expect(await status('DELETE', `/sweeps/${id}`)).toBe(409)
    await call('POST', `/sweeps/${id}/cancel`)
    expect(await status('DELETE', `/sweeps/${id}`)).toBe(204)
    expect(await status('GET', `/sweeps/${id}`)).toBe(404)
    expect(await status('GET', `/jobs/${trials[0]?.job}`)).toBe(404)
  })

  it('removes a data set that is being ingested, whose worker then keeps nothing of it', async () => {
    const { store } = service
    const id = `ds_${'0'.repeat(21)}1`
    await store.createDataset(teamId, { id, name: 'd', sizeBytes: 1, uploadKey: `uploads/${id}` })
    const claim = await store.claimDataset(`${id}@1`, 60_000)
    expect(await status('DELETE', `/datasets/${id}`)).toBe(204)
    expect(await store.renewDataset(id, claim?.token ?? 0, 60_000, { files: 1, fraction: 0.5 })).toBe(false)
    expect(await store.finishDataset(`${id}@1`, claim?.token ?? 0, { manifest: {}, report: {}, packedKey: 'p' })).toBe(
      false,
    )
  })

  it('does it once for many calls at the same time, and never beside a submission', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const results = await Promise.all([
      ...Array.from({ length: 12 }, () => call('DELETE', `/datasets/${dataset.id}`)),
      ...Array.from({ length: 6 }, () => call('POST', '/jobs', { dataset: dataset.id, batchSize: 8 })),
    ])
    expect(results.every(({ statusCode }) => [204, 202, 404, 409].includes(statusCode))).toBe(true)
    expect(results.slice(0, 12).filter(({ statusCode }) => statusCode === 204).length).toBeLessThanOrEqual(1)
    const { data } = (await call('GET', '/jobs')).json<{ data: Job[] }>()
    const left = data.filter((job) => job.dataset === dataset.id)
    expect(left.some((job) => job.datasetDeleted && job.state === 'queued')).toBe(false)
  })

  it('is for the team’s own, and for keys that may write', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const job = await submit(dataset.id)
    const checkpoint = await succeed(job)
    const other = await service.team()
    for (const path of [`/datasets/${dataset.id}`, `/jobs/${job.id}`, `/checkpoints/${checkpoint.id}`]) {
      const response = await service.app.inject({ method: 'DELETE', url: `/v1${path}`, headers: other.headers })
      expect(response.statusCode, path).toBe(404)
    }
    const created = await call('POST', '/api-keys', { name: 'reader', scopes: ['read'] })
    const reader = { authorization: `Bearer ${created.json<{ secret: string }>().secret}` }
    const response = await service.app.inject({ method: 'DELETE', url: `/v1/jobs/${job.id}`, headers: reader })
    expect(response.statusCode).toBe(403)
  })
})
