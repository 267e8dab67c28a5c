import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blobCopies, folderCopies } from '../../src/blobs/copies.ts'
import { openBlobs } from '../../src/blobs/open.ts'
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.ts'
import { grantApplication, grantWorker } from '../../src/store/application-role.ts'
import { createBackup } from '../../src/store/backup/create.ts'
import { restoreBackup } from '../../src/store/backup/restore.ts'
import { KEEPS_BLOBS } from '../../src/store/removed-blobs.ts'
import { openStore } from '../../src/store/postgres.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { BUCKET, startS3 } from '../helpers/s3-server.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let fresh: EmbeddedPostgres
let folder: string
let blobs: string
let jobId: string

beforeAll(async () => {
  service = await startService()
  folder = join(service.folder, 'backup')
  blobs = join(service.folder, 'blobs')
  fresh = await startPostgres(join(service.folder, 'fresh'))
  const { headers } = await service.team()
  const archive = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 4)))
  const dataset = await service.readyDataset(headers, archive)
  const submitted = await service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers,
    payload: { dataset: dataset.id, model: { name: 'resnet20' }, batchSize: 4, budget: { epochs: 1 } },
  })
  if (submitted.statusCode !== 202 && submitted.statusCode !== 201) throw new Error(submitted.body)
  jobId = submitted.json<{ id: string }>().id
  const claim = await service.store.claimJob(jobId, 60_000)
  await service.store.recordJob(jobId, claim?.token ?? 0, {
    events: [{ type: 'log', data: { message: 'tab\tnew line\nand \\N' } }],
    metrics: [
      { key: 'train/loss', step: 1, value: 0.1 + 0.2 },
      { key: 'train/loss', step: 2, value: -0 },
    ],
  })
}, 120_000)
afterAll(async () => {
  await fresh.stop()
  await service.stop()
})

/** Every row of every table, as text. */
async function contents(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations' ORDER BY 1`,
  )
  const found: Record<string, string[]> = {}
  for (const { name } of rows) {
    const table = await client.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" AS t ORDER BY 1`)
    found[name] = table.rows.map(({ row }) => row)
  }
  await client.end()
  return found
}

const filesOf = async (path: string): Promise<string[]> =>
  (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length))
    .sort()

describe('a backup', () => {
  it('holds every row and blob, and brings them into an empty installation', async () => {
    const before = await contents(service.database.url)
    const made = await createBackup({ serviceUrl: service.database.workerUrl, blobs: folderCopies(blobs) }, folder)
    expect(made.blobs.files).toBeGreaterThan(0)
    const restored = join(service.folder, 'restored')
    await restoreBackup({ ownerUrl: fresh.url, blobs: folderCopies(restored) }, folder)
    expect(await contents(fresh.url)).toEqual(before)
    expect(before['Event']?.length).toBeGreaterThan(0)
    expect(before['MetricRange']?.length).toBeGreaterThan(0)
    const files = await filesOf(blobs)
    expect(await filesOf(restored)).toEqual(files)
    for (const file of files)
      expect((await readFile(join(restored, file))).equals(await readFile(join(blobs, file))), file).toBe(true)
    // It goes on: ids are not given twice, and row security is as it was.
    await grantApplication(fresh.url, fresh.applicationUrl)
    await grantWorker(fresh.url, fresh.workerUrl)
    const store = openStore(fresh.workerUrl)
    try {
      expect((await store.events(jobId, { limit: 100 })).data.length).toBe(before['Event']?.length)
      const { rows } = await query(fresh.url, `SELECT max("id") < nextval('"Event_id_seq"') AS is_new FROM "Event"`)
      expect(rows).toEqual([{ is_new: true }])
      const security = `SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`
      expect((await query(fresh.url, security)).rows).toEqual((await query(service.database.url, security)).rows)
    } finally {
      await store.close()
    }
  })

  it('is refused where something is already, and where it is not whole', async () => {
    await expect(
      createBackup({ serviceUrl: service.database.workerUrl, blobs: folderCopies(blobs) }, folder),
    ).rejects.toThrow('not empty')
    const elsewhere = join(service.folder, 'elsewhere')
    await expect(restoreBackup({ ownerUrl: fresh.url, blobs: folderCopies(elsewhere) }, folder)).rejects.toThrow(
      'tables already',
    )
    await mkdir(elsewhere, { recursive: true })
    await writeFile(join(elsewhere, 'x'), 'x')
    await expect(restoreBackup({ ownerUrl: fresh.url, blobs: folderCopies(elsewhere) }, folder)).rejects.toThrow(
      'not empty',
    )
    const damaged = join(folder, 'Job.copy.gz')
    const content = await readFile(damaged)
    await writeFile(damaged, content.subarray(0, content.length - 1))
    await expect(
      restoreBackup({ ownerUrl: fresh.url, blobs: folderCopies(join(service.folder, 'new')) }, folder),
    ).rejects.toThrow('its hash differs')
    await rm(join(folder, 'backup.json'))
    await expect(
      restoreBackup({ ownerUrl: fresh.url, blobs: folderCopies(join(service.folder, 'new')) }, folder),
    ).rejects.toThrow('no whole backup')
    await expect(stat(join(service.folder, 'new'))).rejects.toThrow('ENOENT')
  })

  it('is the same of a bucket, and is restored into one', async () => {
    const s3 = await startS3(join(service.folder, 's3'))
    try {
      const bucket = (prefix: string) => ({ blobUrl: `s3://${BUCKET}/${prefix}`, blobS3: s3.location })
      await blobCopies(bucket('first')).copyFrom(blobs)
      await blobCopies(bucket('first')).copyTo(join(service.folder, 'of-bucket'))
      expect(await filesOf(join(service.folder, 'of-bucket'))).toEqual(await filesOf(blobs))
      await blobCopies(bucket('second')).requireEmpty()
      await blobCopies(bucket('second')).copyFrom(join(service.folder, 'of-bucket'))
      await expect(blobCopies(bucket('second')).requireEmpty()).rejects.toMatchObject({ code: 'conflict' })
      const restored = await openBlobs(bucket('second'))
      const keys: string[] = []
      for await (const { key } of restored.inventory()) keys.push(key)
      expect(keys.some((key) => key.startsWith('datasets/'))).toBe(true)
      await restored.close()
    } finally {
      await s3.stop()
    }
  })

  it('keeps blobs from being removed while it is made', async () => {
    const { store, database } = service
    await store.giveUpBlob('uploads/nobody')
    const holder = new pg.Client({ connectionString: database.workerUrl })
    await holder.connect()
    await holder.query('SELECT pg_advisory_lock_shared($1)', [KEEPS_BLOBS])
    expect(await store.removedBlobs(10)).toEqual([])
    await holder.end()
    expect((await store.removedBlobs(10)).map(({ key }) => key)).toContain('uploads/nobody')
  })
})

async function query(url: string, text: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query<Record<string, unknown>>(text)
  } finally {
    await client.end()
  }
}
