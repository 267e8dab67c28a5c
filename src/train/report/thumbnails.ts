import sharp, { type CreateRaw } from 'sharp'
import type { PackedDataset } from '../../data/packed.ts'
import { imageFiles, imageReader } from '../../data/packed/image-source.ts'
import type { Suggestion } from '../../evaluation/suggestions.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import type { Thumbnail, Thumbnails } from './page/mistakes.ts'
import type { SuggestionThumbnails } from './page/suggestions.ts'

/** Side of the square that the page gives them, pixels; twice that for dense screens. */
const SIDE = 192

/** Pictures of images of a split, from its packed pixels. */
export async function thumbnailsOf(
  dataset: PackedDataset,
  split: Split,
  places: readonly number[],
): Promise<Thumbnails> {
  const images = imageReader(imageFiles(dataset), dataset.manifest.background ?? 'black')
  try {
    const entries: [number, Thumbnail][] = []
    for (const place of places) {
      const { data, width, height, channels } = images.read(dataset.location(split, place))
      entries.push([place, await thumbnail(Buffer.from(data), { width, height, channels })])
    }
    return new Map(entries)
  } finally {
    images.close()
  }
}

/** Pictures of the images of suggestions, by number. */
export async function suggestionThumbnails(
  dataset: PackedDataset,
  suggestions: readonly Suggestion[],
): Promise<SuggestionThumbnails> {
  const pictures = await Promise.all(
    SPLITS.map(async (split) => {
      const own = suggestions.filter((suggestion) => suggestion.split === split)
      const places = [...new Set(own.map(({ index }) => index))]
      const found = places.length === 0 ? new Map<number, Thumbnail>() : await thumbnailsOf(dataset, split, places)
      return own.flatMap(({ number, index }) => {
        const picture = found.get(index)
        return picture === undefined ? [] : [[number, picture] as const]
      })
    }),
  )
  return new Map(pictures.flat())
}

async function thumbnail(pixels: Buffer, raw: CreateRaw): Promise<Thumbnail> {
  const image = sharp(pixels, { raw })
  const small = Math.max(raw.width, raw.height) <= SIDE / 2
  const file = small
    ? await image.png().toBuffer()
    : await image.resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true }).jpeg({ quality: 82 }).toBuffer()
  return { uri: `data:image/${small ? 'png' : 'jpeg'};base64,${file.toString('base64')}`, small }
}
