import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { png, tarBytes, writeZip } from '../../../helpers/archives.ts'
import { rawZip } from '../../../helpers/raw-archives.ts'
import { sourceReader } from '../../../helpers/read-source.ts'

let reader: Awaited<ReturnType<typeof sourceReader>>
beforeAll(async () => {
  reader = await sourceReader()
})
afterAll(() => reader.remove())

describe('the bounds of an archive', () => {
  it('count what follows the end of a tar', async () => {
    const tar = await tarBytes([{ name: 'a/1.png', data: randomBytes(5_000_000) }])
    expect((await reader.read(tar)).lines).toEqual(['image a/1.png'])
    const error = await reader.failure(gzipSync(Buffer.concat([tar, Buffer.alloc(6_000_000)])))
    expect(error.code).toBe('archive_padding')
    expect(error.message).toMatch(/more than \d+ bytes outside its 1 entries/)
  })

  it('count the ratio over headers and padding too', async () => {
    const many = await tarBytes(Array.from({ length: 24_000 }, (_, i) => ({ name: `a/${i % 10}.png` })))
    expect(await reader.failure(gzipSync(many, { level: 9 }), { ratio: 50 })).toMatchObject({ code: 'archive_ratio' })
  })

  it('hold for a header that claims a long name', async () => {
    const tar = await tarBytes([{ name: 'a/1.png', pax: { comment: 'x'.repeat(9_000_000) } }])
    expect((await reader.failure(gzipSync(tar))).code).toMatch(/archive_(padding|invalid)/)
  })

  it('are those of paths: depth and length, whatever the container', async () => {
    const deep = `${'d/'.repeat(65)}x.png`
    const long = `${'n'.repeat(1100)}.png`
    for (const name of [deep, long]) {
      const zip = await writeZip(join(reader.path, 'paths.zip'), { [name]: Buffer.from('x') })
      expect(await reader.failure(zip)).toMatchObject({ code: 'archive_path_too_long' })
      expect(await reader.failure(await tarBytes([{ name }]))).toMatchObject({ code: 'archive_path_too_long' })
    }
    expect((await reader.read(await tarBytes([{ name: `${'d/'.repeat(64)}x.png` }]))).lines).toHaveLength(1)
    const nested = join(reader.path, 'nested')
    await mkdir(join(nested, 'd/'.repeat(66)), { recursive: true })
    await writeFile(join(nested, 'd/'.repeat(66), 'x.png'), '')
    expect(await reader.failure(nested)).toMatchObject({ code: 'archive_path_too_long' })
  })

  it('are those of entries, bytes and their ratio', async () => {
    const files = Array.from({ length: 20 }, (_, i) => ({ name: `a/${i}.png`, data: png(i) }))
    for (const archive of [rawZip(files), await tarBytes(files)]) {
      expect((await reader.failure(archive, { entries: 10 })).code).toBe('archive_too_many_entries')
      expect((await reader.failure(archive, { unpackedBytes: 1000 })).code).toBe('archive_too_large')
    }
    const zeros = [{ name: 'a/zeros.png', data: Buffer.alloc(20_000_000) }]
    for (const bomb of [rawZip(zeros), gzipSync(await tarBytes(zeros))])
      expect((await reader.failure(bomb)).code).toBe('archive_ratio')
  })

  it('set aside a file that is too large, and read the others', async () => {
    const files = [
      { name: 'a/large.png', data: randomBytes(2000) },
      { name: 'a/small.png', data: png(1) },
      { name: 'a/film.mp4', data: randomBytes(3000) },
    ]
    for (const archive of [rawZip(files), await tarBytes(files)])
      expect((await reader.read(archive, { fileBytes: 1000 })).lines).toEqual([
        'archive_too_large a/large.png',
        'image a/small.png',
        'ignored a/film.mp4',
      ])
  })

  it('set files aside whose names have control characters', async () => {
    expect((await reader.read(await tarBytes([{ name: 'a/b\u0001.png' }, { name: 'a/c.png' }]))).lines).toEqual([
      'file_name_invalid a/b\\u0001.png',
      'image a/c.png',
    ])
  })
})
