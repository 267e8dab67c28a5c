import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flatten } from '../../../src/data/flatten.ts'
import { ingest } from '../../../src/data/ingest.ts'
import { openPacked } from '../../../src/data/open.ts'
import type { PackedDataset } from '../../../src/data/packed.ts'
import { imageFiles, imageReader, imageSource } from '../../../src/data/packed/image-source.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import { shardsInOrder } from '../../../src/data/packed/shard-order.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { classFolders, temporaryFolder, writeZip } from '../../helpers/archives.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let count = 0
const fresh = (suffix = ''): string => join(folder.path, `${++count}${suffix}`)
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

const SIDE = 24

/** A picture of smooth colours, another one for each seed. */
function picture(seed: number, channels: 1 | 3 | 4 = 3): RasterImage {
  const data = new Uint8Array(SIDE * SIDE * channels)
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      for (let c = 0; c < channels; c++)
        data[(y * SIDE + x) * channels + c] =
          c === 3 ? Math.min(255, x * 12) : 128 + 100 * Math.sin((x * (c + 1) + y * 2 + seed * 7) / 9)
  return { data, width: SIDE, height: SIDE, channels }
}

const pngOf = ({ data, width, height, channels }: RasterImage): Buffer =>
  Buffer.from(encode({ width, height, channels, depth: 8, data }))

const pictures = (channels: (i: number) => 1 | 3 | 4, images = 40): Record<string, Buffer> =>
  Object.fromEntries(
    Array.from({ length: images }, (_, i) => [
      `c${i % 2}/${String(i).padStart(2, '0')}.png`,
      pngOf(picture(i, channels(i))),
    ]),
  )

async function packed(
  files: Record<string, Buffer>,
  options: Parameters<typeof ingest>[2] = {},
): Promise<{ dataset: PackedDataset; path: string; ingested: Awaited<ReturnType<typeof ingest>> }> {
  const path = fresh('.out')
  const ingested = await ingest(await writeZip(fresh('.zip'), files), path, options)
  return { dataset: openPacked(path), path, ingested }
}

/** Pixels of every training image by its name. */
async function imagesOf(dataset: PackedDataset, background?: string): Promise<Map<string, RasterImage>> {
  const reader = imageReader(imageSource(dataset), background)
  const images = new Map<string, RasterImage>()
  for (let i = 0; i < dataset.manifest.counts.train; i++) {
    const image = reader.read(dataset.location('train', i))
    images.set(await dataset.fileName('train', i), { ...image, data: Uint8Array.from(image.data) })
  }
  reader.close()
  return images
}

const numberOf = (name: string): number => Number(name.slice(-6, -4))

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length
}

describe('a data set of several shards', () => {
  it('has each under its hash, none too large, and images as they were', async () => {
    const { dataset, path } = await packed(
      pictures(() => 3),
      { shardBytes: 5 * SIDE * SIDE * 3 },
    )
    const { shards = [] } = dataset.manifest
    expect(shards).toHaveLength(8)
    expect((await readdir(join(path, 'shards'))).sort()).toEqual(shards.map(({ sha256 }) => `${sha256}.bin`).sort())
    expect(await readdir(path)).not.toContain('pixels.bin')
    for (const [name, image] of await imagesOf(dataset)) expect(image.data, name).toEqual(picture(numberOf(name)).data)
  })

  it('opens and reads while shards are missing, and says which a run needs first', async () => {
    const { dataset, path } = await packed(
      pictures(() => 3),
      { shardBytes: 5 * SIDE * SIDE * 3 },
    )
    const order = Int32Array.from(
      { length: dataset.manifest.counts.train },
      (_, i) => (i * 7) % dataset.manifest.counts.train,
    )
    const needed = shardsInOrder(dataset, 'train', order)
    const { shards = [] } = dataset.manifest
    expect([...needed].sort()).toEqual(shards.map(({ sha256 }) => sha256).sort())
    expect(needed[0]).toBe(shards[dataset.location('train', order[0]!).shard]!.sha256)

    const away = fresh()
    await mkdir(away)
    const last = needed.at(-1)!
    await rename(join(path, 'shards', `${last}.bin`), join(away, 'shard'))
    const partly = openPacked(path)
    const reader = imageReader(imageSource(partly))
    const missing = [...order].find((i) => shards[partly.location('train', i).shard]!.sha256 === last)!
    expect(reader.read(partly.location('train', order[0]!)).width).toBe(SIDE)
    expect(() => reader.read(partly.location('train', missing))).toThrow(
      expect.objectContaining({ code: 'dataset_corrupt' }),
    )
    await rename(join(away, 'shard'), join(path, 'shards', `${last}.bin`))
    expect(reader.read(partly.location('train', missing)).width).toBe(SIDE)
    reader.close()
  })
})

describe('stored as JPEG', () => {
  it('images lose little, and the data set is the same otherwise', async () => {
    const files = pictures((i) => (i % 5 === 0 ? 1 : 3))
    const raw = await packed(files)
    const jpeg = await packed(files, { maxRawBytes: 0 })
    const late = await packed(files, { maxRawBytes: 10 * SIDE * SIDE * 3 })
    expect(raw.ingested.report.storage.codec).toBe('raw')
    for (const { dataset, ingested } of [jpeg, late]) {
      expect(ingested.report.storage.codec).toBe('jpeg')
      expect(ingested.report.warnings.join()).toContain('JPEG')
      expect(dataset.manifest.hash).toBe(raw.dataset.manifest.hash)
      expect(dataset.manifest.mean).toEqual(raw.dataset.manifest.mean)
    }
    const [before, after, changed] = await Promise.all([raw, jpeg, late].map(({ dataset }) => imagesOf(dataset)))
    for (const [name, image] of before!) {
      expect(meanDifference(image.data, after!.get(name)!.data), name).toBeLessThan(2)
      expect(changed!.get(name), name).toEqual(after!.get(name))
    }
    const fromFiles = imageReader(imageFiles(jpeg.dataset))
    const first = fromFiles.read(jpeg.dataset.location('train', 0))
    expect(first).toEqual(after!.get(await jpeg.dataset.fileName('train', 0)))
    expect((await readPackedImage(jpeg.path, { split: 'train', index: 0 })).data).toEqual(first.data)
  })

  it('transparent images are pixels still', async () => {
    const { dataset } = await packed(
      pictures((i) => (i % 2 === 0 ? 4 : 3)),
      { maxRawBytes: 0 },
    )
    for (const [name, image] of await imagesOf(dataset))
      if (numberOf(name) % 2 === 0) expect(image.channels, name).toBe(4)
  })
})

describe('transparent images', () => {
  it('are on the ground of the data set, and on another one as if they had been laid on it', async () => {
    const { dataset, ingested } = await packed(pictures((i) => (i % 2 === 0 ? 4 : 3)))
    const { background = '' } = dataset.manifest
    expect(ingested.report.background).toEqual({ colour: background, images: 20 })
    const straight = await imagesOf(dataset)
    for (const [name, image] of await imagesOf(dataset, background)) {
      const original = flatten(picture(numberOf(name), numberOf(name) % 2 === 0 ? 4 : 3), background)
      expect(image.data, name).toEqual(original.data)
      expect(flatten(straight.get(name)!, background).data, name).toEqual(original.data)
      const red = flatten(picture(numberOf(name), numberOf(name) % 2 === 0 ? 4 : 3), '#ff0000')
      const ours = flatten(straight.get(name)!, '#ff0000')
      expect(Math.max(...ours.data.map((value, i) => Math.abs(value - red.data[i]!))), name).toBeLessThanOrEqual(1)
    }
  })
})

describe('a folder of version 1', () => {
  it('is read', async () => {
    const { dataset, path } = await packed(classFolders(2, 20))
    const before = await imagesOf(dataset)
    const hash = await dataset.splitHash('test')
    const { formatVersion, shards, storage, ...manifest } = dataset.manifest
    expect([formatVersion, shards?.length, storage]).toEqual([2, 1, 'raw'])
    await writeFile(join(path, 'manifest.json'), JSON.stringify({ formatVersion: 1, ...manifest }))
    await rm(join(path, 'shards'), { recursive: true })
    await rm(join(path, 'items.idx'))
    const old = openPacked(path)
    expect(await imagesOf(old)).toEqual(before)
    expect(await old.splitHash('test')).toBe(hash)
    expect((await readPackedImage(path, { split: 'train', index: 0 })).channels).toBe(1)
  })

  it('is no other version', async () => {
    const { path } = await packed(classFolders(2, 20))
    const text = await readFile(join(path, 'manifest.json'), 'utf8')
    await writeFile(join(path, 'manifest.json'), text.replace('"formatVersion":2', '"formatVersion":3'))
    expect(() => openPacked(path)).toThrow(/version 3; versions 1 and 2 are read/)
  })
})

describe('images with no place in the data set', () => {
  it('take no room, and do not make grey ones coloured', async () => {
    const files = pictures(() => 1)
    for (let i = 0; i < 20; i++) files[`p${i}.png`] = pngOf(picture(100 + i))
    const { dataset, ingested, path } = await packed(files)
    expect(ingested.report.quarantined.count).toBe(20)
    expect(dataset.manifest.channels).toBe(1)
    expect(ingested.report.storage.bytes).toBe(40 * SIDE * SIDE)
    expect(existsSync(join(path, 'pixels.bin'))).toBe(true)
    for (const [name, image] of await imagesOf(dataset))
      expect(image.data, name).toEqual(picture(numberOf(name), 1).data)
  })
})
