import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderArchive } from '../../../src/client/folder-archive.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

describe('a folder as an archive', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    for (const name of ['dog', 'cat', 'empty']) await mkdir(join(folder.path, name))
    await writeFile(join(folder.path, 'dog/2.png'), 'two')
    await writeFile(join(folder.path, 'cat/10.png'), 'ten')
    await writeFile(join(folder.path, 'cat/nothing.png'), '')
    await symlink('/etc/hostname', join(folder.path, 'cat/link.png'))
  })
  afterAll(() => folder.remove())

  it('has every file in order, and no link', async () => {
    const { stream, sizeBytes } = await folderArchive(folder.path)
    const found: [string, string][] = []
    for await (const entry of stream.pipe(extract())) found.push([entry.header.name, await text(entry)])
    expect(found).toEqual([
      ['cat/10.png', 'ten'],
      ['cat/nothing.png', ''],
      ['dog/2.png', 'two'],
    ])
    expect(sizeBytes).toBe(6)
  })

  it('is refused where there are no files', async () => {
    await expect(folderArchive(join(folder.path, 'empty'))).rejects.toMatchObject({ code: 'dataset_empty' })
  })
})
