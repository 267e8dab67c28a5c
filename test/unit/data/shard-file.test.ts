import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DecodePool } from '../../../src/data/ingest/decode-pool.ts'
import { openShardFile } from '../../../src/data/packed/shard-file.ts'
import { pixelHash } from '../../../src/data/pixel-hash.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anneal-shards-'))
})
afterAll(() => rm(folder, { recursive: true }))

const pieces = (lengths: readonly number[]): Buffer[] =>
  lengths.map((length, k) => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + k * 7 + (i >> 8)) & 255)))

test.each([
  ['nothing', []],
  ['less than a block of the hash', [10]],
  ['whole blocks of the hash', [64, 128]],
  ['almost a block, where the length has no room', [60]],
  ['many blocks of the disk, and some more', [1 << 20, 5_000_001, 1 << 23, 77]],
])('a shard of %s holds what was appended, and has its hash', async (name, lengths) => {
  const parts = pieces(lengths)
  const path = join(folder, name)
  const file = openShardFile(path)
  for (const part of parts) file.append(part)
  file.end()
  const whole = Buffer.concat(parts)
  expect(file.finish()).toBe(createHash('sha256').update(whole).digest('hex'))
  expect((await readFile(path)).equals(whole)).toBe(true)
})

test('a shard has its hash while images are hashed, which have theirs', async () => {
  const [width, height] = [97, 61]
  const pixels = Buffer.from(Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i) >> 3))
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
  const count = 64
  const batch = {
    bytes: Uint8Array.from(Buffer.concat(Array<Buffer>(count).fill(png))),
    starts: Uint32Array.from({ length: count }, (_, i) => i * png.byteLength),
    lengths: new Uint32Array(count).fill(png.byteLength),
    located: false,
    fileBytes: 1e6,
    options: { pixels: 1e6, shorterSide: 256 },
    codec: 'raw',
  } as const
  const file = openShardFile(join(folder, 'shared'))
  const hash = createHash('sha256')
  const expected = pixelHash({ data: pixels, width, height, channels: 3 })
  const pool = new DecodePool(2)
  for (let round = 0; round < 12; round++) {
    const decoding = [pool.decode(batch), pool.decode(batch)]
    const [piece] = pieces([3_000_000 + round])
    file.append(piece!)
    hash.update(piece!)
    for (const { hashes } of await Promise.all(decoding))
      for (let i = 0; i < count; i++) expect(expected.equals(hashes.subarray(i * 32, i * 32 + 32))).toBe(true)
  }
  await pool.close()
  file.end()
  expect(file.finish()).toBe(hash.digest('hex'))
})

test('a shard that cannot be written is an error', () => {
  expect(() => openShardFile(join(folder, 'none', 'shard'))).toThrow()
  const file = openShardFile('/dev/full')
  expect(() => {
    for (let i = 0; i < 8; i++) file.append(Buffer.alloc(1 << 21))
    file.finish()
  }).toThrow(/space/i)
  file.abandon()
})
