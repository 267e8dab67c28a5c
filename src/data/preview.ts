import sharp from 'sharp'
import { AppError } from '../errors.ts'
import type { RasterImage } from '../zoo/raster-image.ts'
import { rngFor } from '../zoo/rng.ts'
import { imagePipeline, type AugmentSpec } from './batch.ts'
import type { Background } from './flatten.ts'
import { readManifest } from './packed/folder.ts'
import { readPackedImage } from './packed/packed-image.ts'

export interface PreviewOptions {
  augment: readonly AugmentSpec[]
  /** Side of the model's input, pixels. */
  size: number
  channels: number
  /** What transparency is laid on. */
  background: Background
  /** Names the images that are shown and what happens to them. */
  seed: number
  /** Training images, one a row; fewer where the data set has fewer. */
  rows: number
  /** Images a row: the first as evaluation sees it, the others augmented. */
  columns: number
}

const GAP = 2
const WHITE = 255
const MAX_PIXELS = 32_000_000

/**
 * Training images beside what augmentation makes of them, as one PNG.
 * @throws AppError `invalid_request` when the picture would be too large, `dataset_corrupt` when the data set cannot be read.
 */
export async function previewGrid(directory: string, options: PreviewOptions): Promise<Buffer> {
  const { augment, size, channels, background, seed, rows, columns } = options
  if (rows * columns * size ** 2 > MAX_PIXELS)
    throw new AppError(
      'invalid_request',
      `A preview of ${rows} × ${columns} images of ${size} pixels is too large: at most ${MAX_PIXELS} pixels are drawn.`,
    )
  const { counts } = readManifest(directory)
  const chosen = someOf(counts.train, rows, seed)
  const plain = imagePipeline({ size, channels, background, seed, augment: [] })
  const augmented = imagePipeline({ size, channels, background, seed, augment })
  const sheet = canvas(chosen.length, columns, { width: size, height: size, channels })
  for (const [row, index] of chosen.entries()) {
    const image = await readPackedImage(directory, { split: 'train', index })
    sheet.draw(row, 0, plain(image, 0, row))
    for (let column = 1; column < columns; column++) sheet.draw(row, column, augmented(image, column - 1, row))
  }
  const { data, width, height } = sheet.image
  return sharp(data, { raw: { width, height, channels: channels === 1 ? 1 : 3 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer()
}

/** So many different numbers below `count`, in ascending order. */
function someOf(count: number, wanted: number, seed: number): number[] {
  const rng = rngFor(seed)
  const chosen = new Set<number>()
  while (chosen.size < Math.min(count, wanted)) chosen.add(rng.integer(count))
  return [...chosen].sort((a, b) => a - b)
}

/** A white sheet on which images of one size are laid out in a grid. */
function canvas(
  rows: number,
  columns: number,
  { width, height, channels }: Omit<RasterImage, 'data'>,
): { image: RasterImage; draw: (row: number, column: number, image: RasterImage) => void } {
  const [stepX, stepY] = [width + GAP, height + GAP]
  const [sheetWidth, sheetHeight] = [columns * stepX - GAP, rows * stepY - GAP]
  const data = new Uint8Array(sheetWidth * sheetHeight * channels).fill(WHITE)
  const line = width * channels
  return {
    image: { data, width: sheetWidth, height: sheetHeight, channels },
    draw(row, column, image) {
      for (let y = 0; y < height; y++)
        data.set(
          image.data.subarray(y * line, (y + 1) * line),
          ((row * stepY + y) * sheetWidth + column * stepX) * channels,
        )
    },
  }
}
