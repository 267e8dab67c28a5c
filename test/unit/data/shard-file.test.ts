import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShardFile } from '../../../src/data/packed/shard-file.ts'

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

test('a shard that cannot be written is an error', () => {
  expect(() => openShardFile(join(folder, 'none', 'shard'))).toThrow()
  const file = openShardFile('/dev/full')
  expect(() => {
    for (let i = 0; i < 8; i++) file.append(Buffer.alloc(1 << 21))
    file.finish()
  }).toThrow(/space/i)
  file.abandon()
})
