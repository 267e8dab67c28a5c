import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../../src/data/ingest.ts'
import { readPackedImage } from '../../../src/data/packed/packed-image.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { temporaryFolder, writeFolder, type Files } from '../../helpers/archives.ts'

const SIDE = 16
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let count = 0
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

/** Twelve images in each of two classes, each image with a place of its own for what is drawn. */
function files(pixel: (place: number, label: number, i: number) => number[], depth: 8 | 16 = 8): Files {
  const made: Files = {}
  for (const [label, name] of ['ant', 'bee'].entries())
    for (let i = 0; i < 12; i++) {
      const values = Array.from({ length: SIDE * SIDE }, (_, place) => pixel(place, label, i)).flat()
      const channels = values.length / SIDE ** 2
      const data = depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values)
      made[`${name}/${i}.png`] = Buffer.from(encode({ width: SIDE, height: SIDE, channels, depth, data }))
    }
  return made
}
const ingested = async (content: Files) => {
  const [source, out] = [`${folder.path}/${++count}`, `${folder.path}/${count}.out`]
  return { ...(await ingest(await writeFolder(source, content), out)), out }
}
/** Whether a stroke of an image covers a place. */
const drawn = (place: number, label: number, i: number): boolean => (place + i) % 12 < 3 + label

describe('ingest', () => {
  it('lays black drawings on white, says so, and specs follow', async () => {
    const { manifest, report, out } = await ingested(files((...of) => [0, 0, 0, drawn(...of) ? 255 : 0]))
    expect(manifest).toMatchObject({ background: 'white', channels: 3 })
    expect(report.background).toEqual({ colour: 'white', images: 24 })
    expect(report.warnings.join()).toContain('24 transparent images are on white')
    const image = await readPackedImage(out, { split: 'train', index: 0 })
    expect(image.data.some((value) => value === 255) && image.data.some((value) => value === 0)).toBe(true)
    const automatic = resolveSpec({ image: { background: 'auto' } }, manifest)
    expect(automatic.spec.image.background).toBe('white')
    expect(automatic.reasons['/image/background']).toContain('stays visible on white')
    const chosen = resolveSpec({ image: { background: '#ff8000' } }, manifest)
    expect(chosen.spec.image.background).toBe('#ff8000')
    expect(chosen.reasons['/image/background']).toBeUndefined()
  })

  it('keeps white drawings on black', async () => {
    const { manifest } = await ingested(files((...of) => [255, drawn(...of) ? 255 : 0]))
    expect(manifest).toMatchObject({ background: 'black', channels: 1 })
  })

  it('has no ground where no image is transparent', async () => {
    const { manifest, report } = await ingested(files((...of) => [drawn(...of) ? 200 : 90]))
    expect(manifest.background).toBeUndefined()
    expect(report).not.toHaveProperty('background')
    expect(resolveSpec({}, manifest).spec.image.background).toBe('black')
  })

  it('scales images of 12 bits in 16 by the range in use, all alike', async () => {
    const { manifest, report, out } = await ingested(
      files((place, label, i) => [drawn(place, label, i) ? 4095 - 80 * i : 100 + label], 16),
    )
    expect(manifest.range).toEqual({ bits: 12 })
    expect(report.depth).toEqual({ images: 24, bits: 12 })
    expect(report.warnings.join()).toContain('0 to 4095 (12 bits)')
    const { data } = await readPackedImage(out, { split: 'train', index: 0 })
    expect(Math.max(...data)).toBeGreaterThan(190)
  })

  it('scales images by a range that is given, and clips what exceeds it', async () => {
    const content = files((place, label, i) => [drawn(place, label, i) ? 4095 - 80 * i : 100 + label], 16)
    const [source, out] = [await writeFolder(`${folder.path}/${++count}`, content), `${folder.path}/${count}.out`]
    const { manifest } = await ingest(source, out, { range: { bits: 10 } })
    expect(manifest.range).toEqual({ bits: 10 })
    const { data } = await readPackedImage(out, { split: 'train', index: 0 })
    expect(new Set(data)).toEqual(new Set([255, Math.round((100 / 1023) * 255)]))
    const plain = await writeFolder(
      `${folder.path}/${++count}`,
      files((...of) => [drawn(...of) ? 200 : 90]),
    )
    expect((await ingest(plain, `${folder.path}/${count}.out`, { range: { bits: 10 } })).manifest.range).toBeUndefined()
  })

  it('names classes with images of one colour', async () => {
    const { report } = await ingested(
      files((place, label, i) => [label === 1 && i < 5 ? 40 + i : drawn(place, label, i) ? 200 : i]),
    )
    expect(report.constant).toEqual([{ name: 'bee', images: 5 }])
    expect(report.warnings).toContain('Class bee: 5 of 12 images show one colour only.')
  })
})
