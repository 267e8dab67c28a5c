import sharp, { type Sharp } from 'sharp'
import { AppError } from '../../errors.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { RasterImage } from '../../zoo/raster-image.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { flatten } from '../flatten.ts'
import type { PackedManifest } from '../packed.ts'
import { turns } from '../turns.ts'
import { splitStarts } from './folder.ts'
import { PackedFiles } from './packed-files.ts'

/** A place in a packed data set: by split, or over training, validation and test images in this order. */
export interface PackedPlace {
  split: Split | 'all'
  index: number
}

/** An image file. */
export interface ImageFile {
  data: Buffer
  contentType: string
}

const MAX_WAITING = 2000
/** Encodes few images at a time, so that libuv's threads are free for files and databases meanwhile. */
export const encodeInTurn = turns({ working: 2, waiting: MAX_WAITING, what: 'images' })

const THUMBNAIL = { quality: 85, effort: 2 }

/**
 * One image with its transparency, with no look at the rest of the data set.
 * @throws AppError `not_found` beyond the split's end, `dataset_corrupt` for a file that is missing or cut short.
 */
export const readPackedImage = (directory: string, place: PackedPlace): Promise<DecodedImage<Uint8Array>> =>
  withImage(directory, place, ({ image }) => Promise.resolve(image))

async function withImage<T>(
  directory: string,
  place: PackedPlace,
  use: (read: { image: DecodedImage<Uint8Array>; background: string }) => Promise<T>,
): Promise<T> {
  const files = new PackedFiles(directory)
  try {
    const [record] = await files.records(recordOf(files.manifest, place), 1)
    const { background = 'black' } = files.manifest
    return await use({ image: await files.decoded(record!.image), background })
  } finally {
    await files.close()
  }
}

function recordOf({ counts }: PackedManifest, { split, index }: PackedPlace): number {
  const starts = { all: 0, ...splitStarts(counts) }
  const count = split === 'all' ? counts.train + counts.val + counts.test : counts[split]
  if (Number.isInteger(index) && index >= 0 && index < count) return starts[split] + index
  throw new AppError(
    'not_found',
    `There is no image ${index}; ${split === 'all' ? 'the data set' : split} has ${count}, from 0.`,
  )
}

/**
 * One stored image on the data set's ground: as PNG, or shrunk to fit into `size` pixels each way, as WebP.
 * @throws AppError as `readPackedImage`; `unavailable`, retryable, when too many images wait
 */
export const packedImageFile = (directory: string, place: PackedPlace, size?: number): Promise<ImageFile> =>
  encodeInTurn(() =>
    withImage(directory, place, async ({ image, background }) => {
      const drawn = sharpOf(flatten(image, background))
      if (size === undefined) return { data: await drawn.png().toBuffer(), contentType: 'image/png' }
      const small = drawn.resize({ width: size, height: size, fit: 'inside', withoutEnlargement: true })
      return { data: await small.webp(THUMBNAIL).toBuffer(), contentType: 'image/webp' }
    }),
  )

/** A uint8 image as libvips takes it, grey where it is grey. */
export function sharpOf({ data, width, height, channels }: RasterImage): Sharp {
  return sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } }).toColourspace(
    channels <= 2 ? 'b-w' : 'srgb',
  )
}
