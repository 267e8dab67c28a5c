import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFolderBlobs } from '../../../src/blobs/folder.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { otherFileSystem } from '../../helpers/file-systems.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let elsewhere: Awaited<ReturnType<typeof otherFileSystem>>
beforeAll(async () => {
  folder = await temporaryFolder()
  elsewhere = await otherFileSystem(folder.path)
})
afterAll(async () => {
  await elsewhere.remove()
  await folder.remove()
})

async function packed(name: string): Promise<string> {
  const path = join(folder.path, name)
  await mkdir(join(path, 'inner'), { recursive: true })
  await writeFile(join(path, 'pixels.bin'), Buffer.alloc(300_000, 7))
  await writeFile(join(path, 'inner', 'index'), name)
  return path
}

describe('blobs on another file system than what they are made of', () => {
  it('are really on another one', async () => {
    expect((await stat(elsewhere.path)).dev).not.toBe((await stat(folder.path)).dev)
  })

  it.each(['a folder that is new', 'a folder that replaces one'])('take in %s, and leave nothing behind', async () => {
    const root = join(elsewhere.path, 'blobs')
    const blobs = openFolderBlobs(root)
    const source = await packed('adopted')
    await blobs.adopt('datasets/ds_1', source)
    expect(await readFile(join(root, 'datasets/ds_1/inner/index'), 'utf8')).toBe('adopted')
    expect((await stat(join(root, 'datasets/ds_1/pixels.bin'))).size).toBe(300_000)
    await expect(stat(source)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readdir(join(root, 'datasets'))).toEqual(['ds_1'])
  })

  it('take in a file by adopting and by copying', async () => {
    const root = join(elsewhere.path, 'files')
    const blobs = openFolderBlobs(root)
    const source = join(folder.path, 'file')
    await writeFile(source, 'content')
    await blobs.copyIn('a/copied', source)
    await blobs.adopt('a/adopted', source)
    expect((await readdir(join(root, 'a'))).sort()).toEqual(['adopted', 'copied'])
    expect(await readFile(join(root, 'a/adopted'), 'utf8')).toBe('content')
  })

  it('keep the blob that is there when a copy fails in the middle, and no half of the new one', async () => {
    const root = join(elsewhere.path, 'failing')
    const blobs = openFolderBlobs(root)
    await blobs.adopt('datasets/ds_1', await packed('before'))
    const broken = await packed('broken')
    await symlink('/nowhere', join(broken, 'zz'))
    await expect(blobs.adopt('datasets/ds_1', broken)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readFile(join(root, 'datasets/ds_1/inner/index'), 'utf8')).toBe('before')
    expect(await readdir(join(root, 'datasets'))).toEqual(['ds_1'])
    expect((await stat(join(broken, 'pixels.bin'))).size).toBe(300_000)
  })
})

describe('blobs that are being written', () => {
  it('are gone when the store is closed, however much had come', async () => {
    const root = join(folder.path, 'closing')
    const blobs = openFolderBlobs(root)
    const content = new PassThrough()
    content.write('half')
    const written = blobs.write('uploads/x', content)
    await expect.poll(() => readdir(join(root, 'uploads')).catch(() => [])).toHaveLength(1)
    await Promise.all([expect(written).rejects.toMatchObject({ code: 'unavailable', retryable: true }), blobs.close()])
    expect(await readdir(join(root, 'uploads'))).toEqual([])
  })

  it('do not disturb one another under one key', async () => {
    const root = join(folder.path, 'twice')
    const blobs = openFolderBlobs(root)
    const content = (text: string): Readable => Readable.from([text, text])
    await Promise.all(['aa', 'bb'].map((text) => blobs.write('k', content(text))))
    expect(['aaaa', 'bbbb']).toContain(await readFile(join(root, 'k'), 'utf8'))
    expect(await readdir(root)).toEqual(['k'])
  })
})
