import { join } from 'node:path'
import sharp from 'sharp'
import { pixelReader } from '../../data/open.ts'
import { PIXELS_FILE, type PackedDataset, type Split } from '../../data/packed.ts'
import type { Thumbnail, Thumbnails } from './page/mistakes.ts'

/** Side of the square that the page gives them, pixels; twice that for dense screens. */
const SIDE = 192

/** Pictures of images of a split, from its packed pixels. */
export async function thumbnailsOf(
  dataset: PackedDataset,
  split: Split,
  places: readonly number[],
): Promise<Thumbnails> {
  const { channels } = dataset.manifest
  const read = pixelReader({ kind: 'file', path: join(dataset.directory, PIXELS_FILE) })
  const entries: [number, Thumbnail][] = []
  for (const place of places) {
    const { offset, width, height } = dataset.location(split, place)
    const pixels = Buffer.from(read(offset, width * height * channels))
    const image = sharp(pixels, { raw: { width, height, channels } })
    const small = Math.max(width, height) <= SIDE / 2
    const file = small
      ? await image.png().toBuffer()
      : await image.resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true }).jpeg({ quality: 82 }).toBuffer()
    entries.push([place, { uri: `data:image/${small ? 'png' : 'jpeg'};base64,${file.toString('base64')}`, small }])
  }
  return new Map(entries)
}
