import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uploadSource } from '../../../src/client/upload-source.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

const LONG = `${'long-'.repeat(30)}é.png`

describe('a folder that is uploaded', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const at = (path: string): string => join(folder.path, path)
  beforeAll(async () => {
    folder = await temporaryFolder()
    for (const name of ['data/dog', 'data/cat/@eaDir', 'empty', 'elsewhere']) await mkdir(at(name), { recursive: true })
    await writeFile(at('data/dog/2.png'), 'two')
    await writeFile(at(`data/dog/${LONG}`), 'long name')
    await writeFile(at('data/cat/10.png'), 'ten'.repeat(500))
    await writeFile(at('data/cat/nothing.png'), '')
    for (const junk of ['Thumbs.db', '.DS_Store', '@eaDir/10.png']) await writeFile(at(`data/cat/${junk}`), 'junk')
    await writeFile(at('elsewhere/1.png'), 'one')
    await symlink('../elsewhere', at('data/bird'))
    await symlink('../../elsewhere/1.png', at('data/cat/link.png'))
    await symlink('nowhere', at('data/cat/dead.png'))
    await symlink('..', at('data/dog/up'))
  })
  afterAll(() => folder.remove())

  it('is a tar of every file in order, through links, without what systems leave', async () => {
    const source = await uploadSource(at('data'))
    const bytes = await buffer(source.read(0))
    expect(bytes.byteLength).toBe(source.sizeBytes)
    const found: [string, string][] = []
    for await (const entry of Readable.from([bytes]).pipe(extract())) found.push([entry.header.name, await text(entry)])
    expect(found).toEqual([
      ['bird/1.png', 'one'],
      ['cat/10.png', 'ten'.repeat(500)],
      ['cat/link.png', 'one'],
      ['cat/nothing.png', ''],
      ['dog/2.png', 'two'],
      [`dog/${LONG}`, 'long name'],
    ])
    expect(source.deadLinks).toEqual(['cat/dead.png', 'dog/up'])
    expect(source.fileName).toBe('data.tar')
  })

  it('is the same from any byte on', async () => {
    const source = await uploadSource(at('data'))
    const bytes = await buffer(source.read(0))
    for (let start = 0; start <= bytes.byteLength; start += 97)
      expect((await buffer(source.read(start))).equals(bytes.subarray(start)), `from ${start}`).toBe(true)
  })

  it('has another fingerprint, and breaks off, once a file has changed', async () => {
    const source = await uploadSource(at('data'))
    expect((await uploadSource(at('data'))).fingerprint).toBe(source.fingerprint)
    await utimes(at('data/dog/2.png'), 1, 1)
    expect((await uploadSource(at('data'))).fingerprint).not.toBe(source.fingerprint)
    await expect(buffer(source.read(0))).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is refused where there are no files', async () => {
    await expect(uploadSource(at('empty'))).rejects.toMatchObject({ code: 'dataset_empty' })
    await expect(uploadSource('/dev/null')).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
