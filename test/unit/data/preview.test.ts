import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imagePipeline } from '../../../src/data/batch.ts'
import { ingest } from '../../../src/data/ingest.ts'
import { openPacked } from '../../../src/data/open.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import { previewThreads } from '../../../src/data/preview-threads.ts'
import { previewGrid, type PreviewOptions } from '../../../src/data/preview.ts'
import { classFolders, temporaryFolder, writeZip } from '../../helpers/archives.ts'

const SIZE = 12
const STEP = SIZE + 2
const options: PreviewOptions = {
  size: SIZE,
  background: 'black',
  channels: 1,
  seed: 5,
  rows: 3,
  columns: 4,
  augment: [{ name: 'random-crop', padding: 3 }],
}
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let packed: string
beforeAll(async () => {
  folder = await temporaryFolder()
  packed = join(folder.path, 'packed')
  await ingest(await writeZip(join(folder.path, 'a.zip'), classFolders(2, 10)), packed)
})
afterAll(() => folder.remove())

/** Pixels of the cell at a row and a column of the picture. */
const cell = (png: Buffer, row: number, column: number): Promise<Buffer> =>
  sharp(png)
    .extract({ left: column * STEP, top: row * STEP, width: SIZE, height: SIZE })
    .extractChannel(0)
    .raw()
    .toBuffer()

describe('a preview', () => {
  it('has a training image a row, first as it is, then as the pipeline makes it', async () => {
    const png = await previewGrid(packed, options)
    const { width, height } = await sharp(png).metadata()
    expect([width, height]).toEqual([4 * STEP - 2, 3 * STEP - 2])
    const count = openPacked(packed).manifest.counts.train
    const stored = await Promise.all(
      Array.from({ length: count }, (_, index) => readPackedImage(packed, { split: 'train', index })),
    )
    const augmented = imagePipeline(options)
    const seen = new Set<number>()
    for (let row = 0; row < 3; row++) {
      const first = await cell(png, row, 0)
      const index = stored.findIndex(({ data }) => first.equals(data))
      expect(index).toBeGreaterThanOrEqual(0)
      seen.add(index)
      for (let column = 1; column < 4; column++) {
        const expected = augmented(stored[index]!, column - 1, row).data
        expect((await cell(png, row, column)).equals(expected)).toBe(true)
      }
    }
    expect(seen.size).toBe(3)
  })

  it('follows from its seed', async () => {
    const png = await previewGrid(packed, options)
    expect((await previewGrid(packed, options)).equals(png)).toBe(true)
    expect((await previewGrid(packed, { ...options, seed: 6 })).equals(png)).toBe(false)
  })

  it('has as many rows as there are training images at most', async () => {
    const count = openPacked(packed).manifest.counts.train
    const png = await previewGrid(packed, { ...options, rows: count + 5 })
    expect((await sharp(png).metadata()).height).toBe(count * STEP - 2)
  })

  it('that would be too large is refused', async () => {
    await expect(previewGrid(packed, { ...options, size: 1024, rows: 16, columns: 16 })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('in a thread is the same, and fails with the same error', async () => {
    const draw = previewThreads()
    expect((await draw(packed, options)).equals(await previewGrid(packed, options))).toBe(true)
    await expect(draw(join(folder.path, 'gone'), options)).rejects.toMatchObject({ code: 'dataset_corrupt' })
  })

  it('in threads takes its turn, is refused when too many wait, and is cut off when it takes too long', async () => {
    const one = previewThreads({ threads: 1, waiting: 1, timeoutMs: 60_000 })
    const [first, second, third] = await Promise.allSettled([
      one(packed, options),
      one(packed, options),
      one(packed, options),
    ])
    expect([first?.status, second?.status]).toEqual(['fulfilled', 'fulfilled'])
    expect(third).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', retryable: true } })
    const hasty = previewThreads({ threads: 1, waiting: 1, timeoutMs: 1 })
    await expect(hasty(packed, options)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(hasty(packed, options), 'its place is free again').rejects.toMatchObject({ message: /not drawn in/ })
  })
})
