import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withClient } from '../../src/store/application-role.ts'
import type { Job, Page } from '../../src/service/resources.ts'
import type { StorageRow } from '../../src/service/storage-resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
beforeAll(async () => {
  service = await startService({ trashMs: 86_400_000 })
})
afterAll(() => service.stop())

it('shows what a team stores by data set, job, person and kind, the biggest first, with what is in the trash', async () => {
  const { store } = service
  const { headers, id: teamId } = await service.team()
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
  const [small, big] = [await service.readyDataset(headers, zip), await service.readyDataset(headers, zip)]
  const sql = (text: string, values: unknown[]): Promise<unknown> =>
    withClient(service.database.url, (client) => client.query(text, values))
  await sql(
    'UPDATE "DatasetVersion" SET "sizeBytes" = 5000, "createdBy" = \'ada@lab.example\' WHERE "datasetId" = $1',
    [big.id],
  )
  await sql('UPDATE "DatasetVersion" SET "sizeBytes" = 1000 WHERE "datasetId" = $1', [small.id])
  const payload = { dataset: small.id, batchSize: 8 }
  const { id } = (await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<Job>()
  const { token } = (await store.claimJob(id, 60_000))!
  const file = { blobKey: `checkpoints/${id}/best`, sha256: 'f'.repeat(64) }
  await store.recordJob(id, token, {
    events: [],
    metrics: [],
    checkpoint: { kind: 'best', step: 1, sizeBytes: 70, metrics: {}, ...file },
    artifact: { kind: 'notes', fileName: 'n', contentType: 'text/plain', sizeBytes: 30, ...file },
  })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  const list = async (query: string): Promise<Page<StorageRow>> => {
    const response = await service.app.inject({ url: `/v1/team/storage?${query}`, headers })
    expect(response.statusCode, response.body).toBe(200)
    return response.json()
  }
  expect((await list('by=dataset')).data).toEqual([
    { id: big.id, name: 'shapes', items: 1, sizeBytes: 5000, trashBytes: 0 },
    { id: small.id, name: 'shapes', items: 1, sizeBytes: 1000, trashBytes: 0 },
  ])
  await service.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}`, headers })
  expect((await list('by=job')).data).toMatchObject([{ id, items: 2, sizeBytes: 100, trashBytes: 100 }])
  expect((await list('by=person')).data).toMatchObject([
    { id: 'ada@lab.example', sizeBytes: 5000 },
    { id: null, sizeBytes: 1100, trashBytes: 100 },
  ])
  const first = await list('limit=2')
  expect(first.data.map(({ id: kind }) => kind)).toEqual(['dataset', 'checkpoint'])
  expect((await list(`limit=2&after=${first.nextCursor}`)).data.map(({ id: kind }) => kind)).toEqual(['artifact'])
  expect((await store.usage(teamId)).bytes).toBe(6100)
  expect((await service.app.inject({ url: '/v1/team/storage?by=moon', headers })).statusCode).toBe(400)
  const stranger = (await service.team()).headers
  expect((await service.app.inject({ url: '/v1/team/storage', headers: stranger })).json()).toMatchObject({ data: [] })
})
