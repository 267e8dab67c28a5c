import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { filesOf, numberOf, storedBytes, type DecodedBatch, type EncodedBatch } from '../../../src/data/ingest/batch.ts'
import { decodeBatch } from '../../../src/data/ingest/decode-batch.ts'
import { DecodePool } from '../../../src/data/ingest/decode-pool.ts'
import { decodeBatchNatively } from '../../../src/data/ingest/native-batch.ts'
import { loadImaging } from '../../../src/data/imaging.ts'

const SHORTER_SIDE = 64
const FILE_BYTES = 1e6

/** Soft shapes, so that every kind of filter and of block occurs. */
function picture(width: number, height: number, channels: 1 | 2 | 3 | 4, opaque = false): Sharp {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    if (opaque && channels % 2 === 0 && c === channels - 1) return 255
    return 128 + 90 * Math.sin(x / 7 + c + (y % 5)) * Math.cos(y / 11 - c)
  })
  return sharp(data, { raw: { width, height, channels } }).toColourspace(channels <= 2 ? 'b-w' : 'srgb')
}

const jpeg = (width: number, height: number, orientation: number, channels: 1 | 3 = 3): Promise<Buffer> =>
  picture(width, height, channels).withMetadata({ orientation }).jpeg().toBuffer()

async function files(): Promise<Buffer[]> {
  const whole = await jpeg(40, 30, 1)
  const images = await Promise.all([
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => jpeg(37, 21, orientation)),
    ...[1, 6].map((orientation) => jpeg(200, 150, orientation)),
    jpeg(500, 375, 8, 1),
    ...([1, 2, 3, 4] as const).map((channels) => picture(31, 27, channels).png().toBuffer()),
    picture(50, 40, 3).png({ adaptiveFiltering: true }).toBuffer(),
    picture(50, 40, 4, true).png({ adaptiveFiltering: true }).toBuffer(),
    picture(20, 20, 3).png({ palette: true, colours: 9 }).toBuffer(),
    picture(20, 20, 4).png({ palette: true }).toBuffer(),
    picture(20, 20, 3).png({ progressive: true }).toBuffer(),
    picture(90, 80, 3).png().toBuffer(),
    picture(20, 20, 3).webp().toBuffer(),
    picture(3, 3, 3).png().toBuffer(),
  ])
  return [...images, whole.subarray(0, whole.length >> 1), Buffer.from('not an image'), Buffer.alloc(0)]
}

const batchOf = (parts: readonly Buffer[], codec: 'raw' | 'jpeg', located = false): EncodedBatch => {
  const lengths = Uint32Array.from(parts, ({ byteLength }) => byteLength)
  let start = 0
  const starts = Uint32Array.from(lengths, (length) => (start += length) - length)
  const options = { pixels: 1e6, shorterSide: SHORTER_SIDE, keptPixels: 1e6 }
  return {
    bytes: Uint8Array.from(Buffer.concat(parts)),
    starts,
    lengths,
    located,
    fileBytes: FILE_BYTES,
    options,
    codec,
  }
}

/** All that is known of each file. */
const facts = (made: DecodedBatch): object[] =>
  Array.from({ length: filesOf(made) }, (_, index) => ({
    record: (['width', 'height', 'channels', 'depth', 'isJpeg', 'bytes', 'fileBytes'] as const).map((what) =>
      numberOf(made, index, what),
    ),
    moments: [...made.records.subarray(index * 15 + 7, index * 15 + 13)],
    hash: Buffer.from(made.hashes.subarray(index * 32, index * 32 + 32)).toString('hex'),
    look: [...made.looks.subarray(2 * index, 2 * index + 2)],
    stored: Buffer.from(storedBytes(made, index)).toString('base64'),
    problem: made.problems.find((problem) => problem.index === index)?.message,
  }))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anneal-batch-'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each(['raw', 'jpeg'] as const)('a batch becomes what its files become one by one: %s', async (codec) => {
  const batch = batchOf(await files(), codec)
  const pool = new DecodePool(2)
  const made = await pool.decode(batch)
  expect(facts(made)).toEqual(facts(await decodeBatch(batch)))
  pool.recycle(made)
  expect(facts(await pool.decode(batch))).toEqual(facts(made))
  await pool.close()
})

test('files are read where they are, and what is wrong with one is said', async () => {
  const parts = (await files()).slice(0, 4)
  const paths = parts.map((_, i) => join(folder, `${i}.jpg`))
  await Promise.all(parts.map((part, i) => writeFile(paths[i]!, part)))
  const large = join(folder, 'large.jpg')
  await writeFile(large, Buffer.alloc(FILE_BYTES + 1))
  const located = batchOf([...paths, join(folder, 'none.jpg'), large, folder].map(Buffer.from), 'raw', true)
  const pool = new DecodePool(2)
  const made = await pool.decode(located)
  await pool.close()
  expect(facts(made).slice(0, 4)).toEqual(facts(await decodeBatch(batchOf(parts, 'raw'))))
  expect(made.problems.map(({ index, code }) => [index, code])).toEqual([
    [4, 'file_unreadable'],
    [5, 'archive_too_large'],
    [6, 'file_unreadable'],
  ])
  expect(made.problems[0]?.message).toBe('The file cannot be read (ENOENT).')
})

test('takes more memory where there is not enough', async () => {
  const batch = batchOf((await files()).slice(0, 9), 'raw')
  const made = await decodeBatchNatively(loadImaging(), batch, new Uint8Array(5000))
  expect(facts(made)).toEqual(facts(await decodeBatch(batch)))
  expect(made.alike).toBe(3)
})
