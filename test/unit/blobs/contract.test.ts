import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBlobStorage } from '../../../src/blobs/open.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { BUCKET, startS3 } from '../../helpers/s3-server.ts'

type Storage = Awaited<ReturnType<typeof openBlobStorage>>

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let s3: Awaited<ReturnType<typeof startS3>>
const opened: Storage[] = []
beforeAll(async () => {
  folder = await temporaryFolder()
  s3 = await startS3(join(folder.path, 's3'))
})
afterAll(async () => {
  for (const storage of opened) await storage.close()
  await s3.stop()
  await folder.remove()
})

const urls = {
  folder: (name: string) => pathToFileURL(join(folder.path, name)).href,
  S3: (name: string) => `s3://${BUCKET}/installation/${name}`,
}

async function opens(kind: keyof typeof urls, name: string): Promise<Storage> {
  const home = join(folder.path, 'homes', kind, name)
  const config = { blobUrl: urls[kind](name), blobS3: s3.location, blobCacheBytes: 1e9, home }
  const storage = await openBlobStorage(config, { work: join(home, 'work'), writer: 'test' })
  opened.push(storage)
  return storage
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

async function packed(name: string, files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const path = join(folder.path, 'sources', name)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(path, file, '..'), { recursive: true })
    await writeFile(join(path, file), content)
  }
  return path
}

async function keys({ blobs }: Storage): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of blobs.inventory()) found.push(key)
  return found.sort()
}

describe.each(['folder', 'S3'] as const)('blobs in %s', (kind) => {
  it('are written, read whole and by range, measured and removed', async () => {
    const { blobs } = await opens(kind, 'files')
    // Longer than a part of an upload.
    const content = randomBytes(17 * 1024 * 1024 + 3)
    expect(
      await blobs.write('uploads/long', Readable.from([content.subarray(0, 5e6), content.subarray(5e6)])),
    ).toMatchObject({
      sizeBytes: content.length,
    })
    expect((await buffer(blobs.read('uploads/long'))).equals(content)).toBe(true)
    expect(await buffer(blobs.read('uploads/long', { start: 3, end: 9 }))).toEqual(content.subarray(3, 10))
    expect(await blobs.sizeBytes('uploads/long')).toBe(content.length)
    await blobs.write('uploads/empty', Readable.from([]))
    expect(await buffer(blobs.read('uploads/empty'))).toEqual(Buffer.alloc(0))
    expect(await blobs.sizeBytes('uploads/empty')).toBe(0)
    await blobs.remove('uploads/long')
    expect(await blobs.sizeBytes('uploads/long')).toBeUndefined()
    await blobs.remove('uploads/long')
    await expect(buffer(blobs.read('uploads/long'))).rejects.toMatchObject({ code: 'ENOENT' })
    await blobs.ready()
  })

  it('take in files and folders of this machine', async () => {
    const storage = await opens(kind, 'adopted')
    const source = await packed(`${kind}-adopted`, { 'manifest.json': '{}', 'shards/a.bin': 'aaa', 'deep/er/b': 'b' })
    await storage.blobs.copyIn('checkpoints/job_1/last', join(source, 'manifest.json'))
    await storage.blobs.adopt('datasets/ds_1@1', source)
    await expect(stat(source)).rejects.toMatchObject({ code: 'ENOENT' })
    const held = storage.files.hold()
    const path = await held.folder('datasets/ds_1@1', 'whole')
    expect(await readFile(join(path, 'shards/a.bin'), 'utf8')).toBe('aaa')
    expect(await readFile(join(path, 'deep/er/b'), 'utf8')).toBe('b')
    expect(await readFile(await held.file('checkpoints/job_1/last'), 'utf8')).toBe('{}')
    held.release()
    expect(await storage.blobs.sizeBytes('datasets/ds_1@1')).toBeGreaterThan(0)
    expect(await keys(storage)).toEqual(['checkpoints/job_1/last', 'datasets/ds_1@1'])
    await storage.blobs.remove('datasets/ds_1@1')
    expect(await keys(storage)).toEqual(['checkpoints/job_1/last'])
  })

  it('are listed where there are more than a page of a list holds', async () => {
    const storage = await opens(kind, 'many')
    const names = Array.from({ length: 1005 }, (_, i) => `uploads/up_${String(i).padStart(4, '0')}`)
    for (let first = 0; first < names.length; first += 67)
      await Promise.all(
        names.slice(first, first + 67).map((name) => storage.blobs.write(name, Readable.from([Buffer.from('a')]))),
      )
    expect(await keys(storage)).toEqual(names)
  })

  it('share files of a folder with another', async () => {
    const { blobs, files } = await opens(kind, 'linked')
    await blobs.adopt('datasets/ds_1@1', await packed(`${kind}-one`, { 'manifest.json': '1', 'shards/a.bin': 'aaa' }))
    const second = await packed(`${kind}-two`, { 'manifest.json': '2' })
    await blobs.adopt('datasets/ds_1@2', second, { 'shards/a.bin': 'datasets/ds_1@1/shards/a.bin' })
    await blobs.remove('datasets/ds_1@1')
    const held = files.hold()
    const path = await held.folder('datasets/ds_1@2', 'whole')
    expect(await readFile(join(path, 'manifest.json'), 'utf8')).toBe('2')
    expect(await readFile(join(path, 'shards/a.bin'), 'utf8')).toBe('aaa')
    held.release()
  })

  it('are written whole or not at all', async () => {
    const storage = await opens(kind, 'broken')
    const before = Buffer.from('before')
    await storage.blobs.write('uploads/x', Readable.from([before]))
    const broken = new PassThrough()
    broken.write('half')
    const written = storage.blobs.write('uploads/x', broken)
    broken.destroy(new Error('the client is gone'))
    await expect(written).rejects.toThrow('the client is gone')
    expect(await buffer(storage.blobs.read('uploads/x'))).toEqual(before)

    const open = new PassThrough()
    open.write('half')
    const late = storage.blobs.write('uploads/y', open)
    await Promise.all([expect(late).rejects.toMatchObject({ code: 'unavailable', retryable: true }), storage.close()])
    const again = await opens(kind, 'broken')
    expect(await keys(again)).toEqual(['uploads/x'])
  })

  it('are files of this machine by their hash', async () => {
    const { blobs, files } = await opens(kind, 'held')
    const content = randomBytes(1000)
    await blobs.write('checkpoints/job_1/best', Readable.from([content]))
    const [one, two] = [files.hold(), files.hold()]
    const paths = await Promise.all([one, two].map((held) => held.file('checkpoints/job_1/best', sha256(content))))
    one.release()
    for (const path of paths) expect(await readFile(path)).toEqual(content)
    two.release()
  })
})
