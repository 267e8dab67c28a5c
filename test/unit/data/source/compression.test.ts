import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tarBytes, zstdStored } from '../../../helpers/archives.ts'
import { compressed } from '../../../helpers/raw-archives.ts'
import { dataOf, sourceReader } from '../../../helpers/read-source.ts'

let reader: Awaited<ReturnType<typeof sourceReader>>
let tar: Buffer
const image = randomBytes(100_000)
beforeAll(async () => {
  reader = await sourceReader()
  tar = await tarBytes([{ name: 'a/1.png', data: image }])
})
afterAll(() => reader.remove())

/** A frame of blocks that repeat one byte, with the exponent of its window. */
function zstdRle(blocks: number, blockBytes: number, windowExponent: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowExponent - 10) << 3])
  const parts: Buffer[] = [header]
  for (let i = 0; i < blocks; i++) {
    const block = Buffer.alloc(4)
    block.writeUIntLE((blockBytes << 3) | (1 << 1) | (i === blocks - 1 ? 1 : 0), 0, 3)
    parts.push(block)
  }
  return Buffer.concat(parts)
}

const skippable = (bytes: number): Buffer => {
  const header = Buffer.alloc(8)
  header.writeUInt32LE(0x184d2a50)
  header.writeUInt32LE(bytes, 4)
  return Buffer.concat([header, Buffer.alloc(bytes)])
}

describe('a compressed tar', () => {
  it.each(['gzip', 'xz', 'bzip2', 'zstd'] as const)('is read from %s, in one stream or several', async (name) => {
    const pack = (bytes: Buffer): Buffer => (name === 'gzip' ? gzipSync(bytes) : compressed(name, bytes))
    for (const bytes of [pack(tar), Buffer.concat([pack(tar.subarray(0, 50_001)), pack(tar.subarray(50_001))])]) {
      const read = await reader.read(bytes)
      expect(read.lines).toEqual(['image a/1.png'])
      expect(dataOf(read, 'a/1.png').equals(image)).toBe(true)
      expect(read.source.progress).toMatchObject({ bytes: bytes.byteLength, fraction: 1 })
    }
  })

  it.each(['gzip', 'xz', 'bzip2', 'zstd'] as const)('is told to be cut short or damaged in %s', async (name) => {
    const bytes = name === 'gzip' ? gzipSync(tar) : compressed(name, tar)
    const error = await reader.failure(bytes.subarray(0, bytes.byteLength >> 1))
    expect(error.code).toBe('archive_truncated')
    const damaged = Buffer.from(bytes)
    damaged.fill(0x55, 300, 900)
    expect((await reader.failure(damaged)).code).toMatch(/archive_(invalid|truncated)/)
  })

  it('is read where bytes that are no stream follow it, with a warning', async () => {
    const read = await reader.read(Buffer.concat([compressed('zstd', tar), Buffer.from('more bytes, of no meaning')]))
    expect(read.lines).toEqual(['image a/1.png'])
    expect(read.source.log.warnings()).toEqual([expect.stringContaining('were left out') as string])
  })

  it('is refused by what it holds when that is no tar', async () => {
    const error = await reader.failure(gzipSync('a,b\n1,2\n'))
    expect(error).toMatchObject({ code: 'archive_invalid' })
    expect(error.message).toContain('holds no tar archive: it holds a text file')
  })

  it('says what to install where a program is missing', async () => {
    vi.stubEnv('PATH', '/nowhere')
    const error = await reader.failure(zstdStored(tar)).finally(() => vi.unstubAllEnvs())
    expect(error).toMatchObject({ code: 'archive_unsupported' })
    expect(error.message).toContain('package zstd')
  })
})

describe('Zstandard', () => {
  it('is unpacked over frames and frames to skip', async () => {
    const frames = [tar.subarray(0, 20_000), tar.subarray(20_000, 60_000), tar.subarray(60_000)].map(zstdStored)
    const read = await reader.read(Buffer.concat(frames.flatMap((frame) => [skippable(10), frame, skippable(0)])))
    expect(dataOf(read, 'a/1.png').equals(image)).toBe(true)
  })

  it('of repeated bytes is refused before it fills the memory', async () => {
    const before = process.memoryUsage().rss
    const bomb = Buffer.concat([zstdStored(tar), zstdRle(16_000, 128 * 1024, 23)])
    expect((await reader.failure(bomb)).code).toMatch(/archive_(ratio|padding)/)
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6)
  })

  it('may have the window of zstd --ultra -22, and no larger one', async () => {
    const long = compressed('zstd', tar, '--ultra', '-22', '--long=27')
    expect((await reader.read(long)).lines).toEqual(['image a/1.png'])
    const error = await reader.failure(zstdRle(10, 1000, 28))
    expect(error).toMatchObject({ code: 'archive_too_large' })
    expect(error.message).toContain('128 MiB')
  })
})
