import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectGarbage, type Garbage } from '../../src/service/garbage.ts'
import type { Job } from '../../src/service/resources.ts'
import type { StoredBlob } from '../../src/service/ports/garbage.ts'
import { blobInventory } from '../../src/blobs/folder-inventory.ts'
import { withClient } from '../../src/store/application-role.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let headers: { authorization: string }
let dataset: string

beforeAll(async () => {
  service = await startService({ trashMs: 86_400_000 })
  ;({ headers } = await service.team())
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
  dataset = (await service.readyDataset(headers, zip)).id
})
afterAll(() => service.stop())

const write = (key: string, text: string) => service.services.blobs.write(key, Readable.from([text]))
const collect = (dryRun: boolean, before = Date.now() + 1000): Promise<Garbage> =>
  collectGarbage({
    store: service.store,
    blobs: service.services.blobs,
    inventory: blobInventory(join(service.folder, 'blobs')),
    before,
    dryRun,
  })
const keysOf = ({ blobs }: Garbage): string[] => blobs.map(({ key }) => key)

/** A job that has succeeded, with a checkpoint and an artifact. */
async function succeeded(seed: number): Promise<{ id: string; checkpoint: string }> {
  const { store } = service
  const payload = { dataset, batchSize: 8, seed }
  const { id } = (await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<Job>()
  const { token } = (await store.claimJob(id, 60_000))!
  const [blobKey, fileKey] = [`checkpoints/${id}/best`, `artifacts/${id}/notes`]
  const sha256 = id.padEnd(64, '0')
  await write(blobKey, 'weights')
  await write(fileKey, 'notes')
  await write(`exports/${sha256}/onnx-float32`, 'export')
  await store.recordJob(id, token, {
    events: [],
    metrics: [],
    checkpoint: { kind: 'best', step: 1, blobKey, sizeBytes: 7, sha256, metrics: {} },
    artifact: { kind: 'notes', fileName: 'n.txt', contentType: 'text/plain', blobKey: fileKey, sizeBytes: 5, sha256 },
  })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return { id, checkpoint: (await store.checkpoints(id))[0]!.id }
}

describe('collecting garbage', () => {
  it('finds and removes blobs that no row names, but for fresh ones and those that are announced', async () => {
    const { id } = await succeeded(1)
    expect(keysOf(await collect(true))).toEqual([])
    await service.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}`, headers })
    // What is in the trash is named by its rows.
    expect(keysOf(await collect(true))).toEqual([])
    const orphans = [
      'artifacts/job_gone/plot',
      'checkpoints/job_gone/best',
      'datasets/ds_gone@1/shard-0',
      'exports/gone/onnx',
    ]
    for (const key of [...orphans, 'logs/job_gone/1-0', 'uploads/up_gone']) await write(key, '12345')
    await write('checkpoints/job_coming/last', '1')
    await service.store.expectBlob('checkpoints/job_coming/last')
    expect(keysOf(await collect(true, Date.now() - 60_000))).toEqual([])
    const found = await collect(true)
    const keys = ['uploads/up_gone', 'datasets/ds_gone@1', 'exports/gone', 'checkpoints/job_gone/best']
    expect(keysOf(found)).toEqual([...keys, 'artifacts/job_gone/plot', 'logs/job_gone/1-0'])
    expect(found.bytes).toBe(6 * 5)
    expect(keysOf(await collect(true))).toHaveLength(6)
    expect(keysOf(await collect(false))).toHaveLength(6)
    expect(keysOf(await collect(true))).toEqual([])
    const { blobs } = service.services
    expect(await blobs.sizeBytes('datasets/ds_gone@1')).toBeUndefined()
    for (const key of [`datasets/${dataset}@1`, `checkpoints/${id}/best`, 'checkpoints/job_coming/last'])
      expect(await blobs.sizeBytes(key), key).toBeGreaterThan(0)
  })

  it('finds and removes rows whose blob is missing, but for those that a job needs', async () => {
    const [job, needed] = [await succeeded(2), await succeeded(3)]
    const payload = { dataset, batchSize: 8, model: { name: 'resnet20' }, seed: 9 }
    const heir = (await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<Job>()
    await withClient(service.database.url, (client) =>
      client.query('INSERT INTO "CheckpointUse" ("jobId", "checkpointId") VALUES ($1, $2)', [
        heir.id,
        needed.checkpoint,
      ]),
    )
    for (const key of [`checkpoints/${job.id}/best`, `artifacts/${job.id}/notes`, `checkpoints/${needed.id}/best`])
      await rm(join(service.folder, 'blobs', key))
    const { rows } = await collect(true)
    expect(rows.map(({ type, id }) => `${type} ${id}`)).toEqual([
      `checkpoint ${job.checkpoint}`,
      `checkpoint ${needed.checkpoint}`,
      `artifact ${job.id}:notes`,
    ])
    expect((await collect(false)).needed.map(({ id }) => id)).toEqual([needed.checkpoint])
    expect(await service.store.checkpoints(job.id)).toEqual([])
    expect(await service.store.artifacts(job.id)).toEqual([])
    expect((await collect(true)).rows.map(({ id }) => id)).toEqual([needed.checkpoint])
  })

  it('does not report what is removed while it looks', async () => {
    const { store, services } = service
    const keys = ['uploads/up_leaving', 'uploads/up_left']
    for (const key of keys) await write(key, '12345')
    await store.expectBlob(keys[0]!)
    async function* inventory(): AsyncGenerator<StoredBlob, void> {
      for await (const blob of blobInventory(join(service.folder, 'blobs'))) if (keys.includes(blob.key)) yield blob
      await services.blobs.remove(keys[0]!)
      await store.forgetRemovedBlobs([{ key: keys[0]!, notedAt: new Date(Date.now() + 1000) }])
    }
    const { blobs } = await collectGarbage({
      store,
      blobs: services.blobs,
      inventory: inventory(),
      before: Date.now() + 1000,
      dryRun: false,
    })
    expect(blobs.map(({ key }) => key)).toEqual([keys[1]])
  })

  it('removes nothing where most blobs are missing: that is another folder', async () => {
    for (let seed = 10; seed < 17; seed++) await succeeded(seed)
    const elsewhere = {
      store: service.store,
      blobs: { sizeBytes: () => Promise.resolve(undefined), remove: () => Promise.reject(new Error('it is removed')) },
      inventory: blobInventory(join(service.folder, 'nowhere')),
      before: Date.now(),
    }
    await expect(collectGarbage({ ...elsewhere, dryRun: false })).rejects.toMatchObject({ code: 'wrong_state' })
    expect((await collectGarbage({ ...elsewhere, dryRun: true })).rows.length).toBeGreaterThan(10)
  })
})
