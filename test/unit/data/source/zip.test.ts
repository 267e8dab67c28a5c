import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { png } from '../../../helpers/archives.ts'
import { rawZip } from '../../../helpers/raw-archives.ts'
import { dataOf, sourceReader } from '../../../helpers/read-source.ts'

let reader: Awaited<ReturnType<typeof sourceReader>>
beforeAll(async () => {
  reader = await sourceReader()
})
afterAll(() => reader.remove())

const image = randomBytes(700)
const others = [{ name: 'a/z.png', data: image }]

describe('a zip archive', () => {
  it('is read with stored and deflated files, small and large, and folders by either slash', async () => {
    const large = Buffer.alloc(300_000, 'pixels')
    const read = await reader.read(
      rawZip([
        { name: 'a/' },
        { name: 'b\\' },
        { name: 'a/1.png', data: image, method: 0 },
        { name: 'b\\2.png', data: large },
      ]),
    )
    expect(read.lines).toEqual(['folder a', 'folder b', 'image a/1.png', 'image b/2.png'])
    expect(dataOf(read, 'a/1.png').equals(image)).toBe(true)
    expect(dataOf(read, 'b/2.png').equals(large)).toBe(true)
    expect(read.source.progress.fraction).toBe(1)
  })

  it.each([
    [9, 'Deflate64'],
    [12, 'bzip2'],
    [14, 'LZMA'],
    [93, 'Zstandard'],
    [99, 'AES'],
    [77, 'method 77'],
  ])('sets aside what is compressed by method %i, by its name', async (method, name) => {
    const read = await reader.read(rawZip([{ name: 'a/1.png', data: image, method }, ...others]))
    expect(read.lines).toEqual(['archive_unsupported a/1.png', 'image a/z.png'])
    expect(read.entries[0]).toMatchObject({ problem: { message: expect.stringContaining(name) as string } })
  })

  it('sets aside what is encrypted or damaged, or is not as long as it is said to be', async () => {
    const read = await reader.read(
      rawZip([
        { name: 'a/1.png', data: image, flags: 1 },
        { name: 'a/2.png', data: image, statedCrc: 5 },
        { name: 'a/3.png', data: Buffer.alloc(5000), statedSize: 100 },
        { name: 'a/4.png', data: image, statedSize: 90_000 },
        ...others,
      ]),
    )
    expect(read.lines).toEqual([
      'archive_unsupported a/1.png',
      'file_damaged a/2.png',
      'file_damaged a/3.png',
      'file_damaged a/4.png',
      'image a/z.png',
    ])
    expect(read.entries[0]).toMatchObject({ problem: { message: expect.stringContaining('password') as string } })
  })

  it('sets aside a link whose content is damaged', async () => {
    const link = { name: 'a/1.png', data: Buffer.from('z.png'), mode: 0o120777, statedCrc: 5 }
    expect((await reader.read(rawZip([link, ...others]))).lines).toEqual(['image a/z.png', 'file_damaged a/1.png'])
  })

  it('is read behind a program and before other bytes, which a warning counts', async () => {
    const zip = rawZip([{ name: 'a/1.png', data: image }], { comment: 'a comment' })
    expect((await reader.read(Buffer.concat([Buffer.alloc(64, '#!/bin/sh\n'), zip]))).lines).toEqual(['image a/1.png'])
    const adjusted = rawZip([{ name: 'a/1.png', data: image }], { offset: 64 })
    expect((await reader.read(Buffer.concat([Buffer.alloc(64, 'MZ'), adjusted]))).lines).toEqual(['image a/1.png'])
    const read = await reader.read(Buffer.concat([zip, Buffer.alloc(99)]))
    expect(read.lines).toEqual(['image a/1.png'])
    expect(read.source.log.warnings()).toEqual([expect.stringContaining('99 other bytes') as string])
  })

  it('is refused where two were joined, or a part or its directory is missing', async () => {
    const zip = rawZip([{ name: 'a/1.png', data: image }])
    const joined = await reader.failure(Buffer.concat([zip, zip]))
    expect(joined).toMatchObject({ code: 'archive_invalid' })
    expect(joined.message).toContain('two archives were joined')
    expect((await reader.failure(zip.subarray(0, 500))).code).toBe('archive_truncated')
    const part = Buffer.from(zip)
    part.writeUInt16LE(2, part.byteLength - 18)
    const error = await reader.failure(part)
    expect(error).toMatchObject({ code: 'archive_unsupported' })
    expect(error.message).toContain('zip -s 0')
  })

  it('gives all of more files than 16 bits count', async () => {
    const many = rawZip(Array.from({ length: 66_000 }, (_, i) => ({ name: `${i}.txt`, method: 0 })))
    expect((await reader.read(many)).lines).toHaveLength(66_000)
  })

  it('counts a path once', async () => {
    const read = await reader.read(rawZip([{ name: 'a/z.png', data: png(1) }, ...others]))
    expect(read.lines).toEqual(['image a/z.png', 'file_repeated a/z.png'])
    expect(dataOf(read, 'a/z.png').equals(png(1))).toBe(true)
  })

  it.each(['../x.png', '/x.png', 'C:\\x.png', 'a\\..\\..\\x.png'])('is refused for an entry at %s', async (name) => {
    expect((await reader.failure(rawZip([...others, { name, data: image }]))).code).toBe('archive_path_escape')
  })
})
