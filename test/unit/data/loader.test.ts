import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImagePipeline } from '../../../src/data/batch.ts'
import { ingest } from '../../../src/data/ingest.ts'
import { createLoader, type Batch } from '../../../src/data/loader.ts'
import { openPacked } from '../../../src/data/open.ts'
import { imageFiles, imageSource, type ImageSource } from '../../../src/data/packed/image-source.ts'
import { AppError } from '../../../src/errors.ts'
import { classFolders, temporaryFolder, writeZip } from '../../helpers/archives.ts'

const BATCH = 5
const BATCHES = 24
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let packed: string
beforeAll(async () => {
  folder = await temporaryFolder()
  packed = join(folder.path, 'packed')
  await ingest(await writeZip(join(folder.path, 'a.zip'), classFolders(2, 20)), packed)
})
afterAll(() => folder.remove())

const augmented: ImagePipeline = {
  size: 12,
  channels: 1,
  seed: 3,
  augment: [
    { name: 'random-crop', padding: 2 },
    { name: 'horizontal-flip', probability: 0.5 },
  ],
}

const AUG_MIX = { severity: 3, width: 3, depth: -1, alpha: 1, allOps: false, interpolation: 'bilinear', fill: 0 }

/** Takes every batch as text: what it holds must be read before the next is taken. */
async function batchesOf({
  threads = 1,
  firstBatch = 0,
  pipeline = augmented,
  source,
}: {
  threads?: number
  firstBatch?: number
  pipeline?: ImagePipeline
  source?: ImageSource
}): Promise<string[]> {
  const dataset = openPacked(packed)
  const images = dataset.manifest.counts.train
  const loader = createLoader({
    dataset,
    split: 'train',
    batchSize: BATCH,
    pipeline,
    threads,
    firstBatch,
    batches: (batch) =>
      batch < BATCHES
        ? {
            epoch: Math.floor(batch / 6),
            position: (batch % 6) * BATCH,
            indices: Int32Array.from({ length: batch === BATCHES - 1 ? 2 : BATCH }, (_, i) => (batch * 7 + i) % images),
          }
        : undefined,
    ...(source === undefined ? {} : { pixels: source }),
  })
  try {
    const texts: string[] = []
    for (let batch: Batch | undefined; (batch = loader.next()) !== undefined;) {
      const { views } = batch
      expect(batch.pixels.byteLength).toBe(views * BATCH * 144)
      const used = batch.pixels.subarray(0, ((views - 1) * BATCH + batch.count) * 144)
      texts.push(`${batch.labels.join()} ${batch.indices.join()} ${Buffer.from(used).toString('base64')}`)
    }
    return texts
  } finally {
    loader.close()
  }
}

describe('a loader', () => {
  it('gives the same batches whatever the number of threads, the last one partly filled', async () => {
    const one = await batchesOf({})
    expect(one.length).toBe(BATCHES)
    expect(await batchesOf({ threads: 3 })).toEqual(one)
  })

  it('gives the same batches from a file as from memory', async () => {
    const fromFile = await batchesOf({ source: imageFiles(openPacked(packed)) })
    expect(fromFile).toEqual(await batchesOf({}))
  })

  it('goes on from any batch as if it had never stopped', async () => {
    const all = await batchesOf({})
    expect(await batchesOf({ firstBatch: 13 })).toEqual(all.slice(13))
  })

  it('augments an image anew each time', async () => {
    const plain = await batchesOf({ pipeline: { ...augmented, augment: [] } })
    const other = await batchesOf({ pipeline: { ...augmented, seed: 4 } })
    const all = await batchesOf({})
    expect(all.every((text, i) => text !== plain[i] && text !== other[i])).toBe(true)
  })

  it('leaves images of the input size as they are when it does not augment', async () => {
    const [first = ''] = await batchesOf({ pipeline: { ...augmented, augment: [] } })
    const dataset = openPacked(packed)
    const bytes = await readFile(join(packed, 'pixels.bin'))
    const { offset } = dataset.location('train', 0)
    const pixels = Buffer.from(first.split(' ')[2] ?? '', 'base64')
    expect(pixels.subarray(0, 144).equals(bytes.subarray(offset, offset + 144))).toBe(true)
  })

  it('gives three views of each image: the clean ones, then two that are mixed, all shifted and mirrored alike', async () => {
    const mixed = { ...augmented, augment: [...augmented.augment, { name: 'aug-mix', ...AUG_MIX }] }
    const [clean, three] = [await batchesOf({}), await batchesOf({ pipeline: { ...mixed, views: 3 } })]
    expect(await batchesOf({ pipeline: { ...mixed, views: 3 }, threads: 2 })).toEqual(three)
    three.forEach((text, batch) => {
      const [pixels, cleanPixels] = [text, clean[batch] ?? ''].map((one) =>
        Buffer.from(one.split(' ')[2] ?? '', 'base64'),
      )
      const views = [0, 1, 2].map((view) =>
        pixels!.subarray(view * BATCH * 144, view * BATCH * 144 + cleanPixels!.length),
      )
      expect(views[0]!.equals(cleanPixels!)).toBe(true)
      expect(views[1]!.equals(cleanPixels!)).toBe(false)
      expect(views[2]!.equals(views[1]!)).toBe(false)
    })
  })

  it('uses the threads of one that was closed, whatever that left undone', async () => {
    const all = await batchesOf({})
    for (let round = 0; round < 5; round++) {
      const left = createLoader({
        dataset: openPacked(packed),
        split: 'train',
        batchSize: BATCH,
        threads: 2,
        firstBatch: 0,
        pipeline: { ...augmented, size: 30, seed: round },
        batches: () => ({ epoch: 0, position: 0, indices: Int32Array.from({ length: BATCH }, (_, i) => i) }),
      })
      left.next()
      left.close()
      expect(await batchesOf({ threads: 2 })).toEqual(all)
    }
  })

  it('throws what fails in a thread', async () => {
    const { form } = imageSource(openPacked(packed))
    const gone = {
      form,
      shards: { kind: 'file', paths: [join(folder.path, 'gone.bin')] },
    } satisfies ImageSource
    await expect(batchesOf({ source: gone })).rejects.toBeInstanceOf(AppError)
    const path = join(folder.path, 'short.bin')
    const short = { form, shards: { kind: 'file', paths: [path] } } satisfies ImageSource
    await writeFile(path, Buffer.alloc(10))
    await expect(batchesOf({ source: short })).rejects.toMatchObject({ code: 'dataset_corrupt' })
  })
})

describe('a packed data set', () => {
  it('that is cut short does not open', async () => {
    const path = join(folder.path, 'short')
    await ingest(await writeZip(join(folder.path, 'b.zip'), classFolders(2, 5)), path)
    await truncate(join(path, 'pixels.bin'), 100)
    expect(() => openPacked(path)).toThrow(expect.objectContaining({ code: 'dataset_corrupt' }))
    await truncate(join(path, 'index.bin'), 41)
    expect(() => openPacked(path)).toThrow(expect.objectContaining({ code: 'dataset_corrupt' }))
  })
})
