import { join } from 'node:path'
import sharp, { type CreateRaw } from 'sharp'
import { pixelReader } from '../../data/open.ts'
import { PIXELS_FILE, type PackedDataset } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
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
  const pixels = pixelReader({ kind: 'file', path: join(dataset.directory, PIXELS_FILE) })
  try {
    const entries: [number, Thumbnail][] = []
    for (const place of places) {
      const { offset, width, height } = dataset.location(split, place)
      const data = Buffer.from(pixels.read(offset, width * height * channels))
      entries.push([place, await thumbnail(data, { width, height, channels })])
    }
    return new Map(entries)
  } finally {
    pixels.close()
  }
}

async function thumbnail(pixels: Buffer, raw: CreateRaw): Promise<Thumbnail> {
  const image = sharp(pixels, { raw })
  const small = Math.max(raw.width, raw.height) <= SIDE / 2
  const file = small
    ? await image.png().toBuffer()
    : await image.resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true }).jpeg({ quality: 82 }).toBuffer()
  return { uri: `data:image/${small ? 'png' : 'jpeg'};base64,${file.toString('base64')}`, small }
}
