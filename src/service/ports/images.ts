import type { Split } from '../../job-spec/splits.ts'

/**
 * One image of a packed data set on its ground: as PNG, or shrunk to fit into `size` pixels each way, as WebP. `all` counts over training,
 * validation and test images.
 * @throws AppError `not_found`; `unavailable` when too many images wait
 */
export type PackedImageFile = (
  packed: string,
  place: { split: Split | 'all'; index: number },
  size?: number,
) => Promise<{ data: Buffer; contentType: string }>

/**
 * A packed data set as a zip of its images and labels.csv, made while it is read.
 * @throws AppError what `requireThere` throws, which is called now and then, and before the end
 */
export type DatasetZip = (
  packed: string,
  options: { scratch: string; requireThere: () => Promise<void> },
) => AsyncGenerator<Buffer>

/**
 * Training images of a packed data set next to their augmented versions, as PNG; the first of `columns` shows them as they are.
 * @throws AppError `invalid_request` for a picture too large, `unavailable` when too many wait or it takes too long
 */
export type AugmentPreview = (
  packed: string,
  options: {
    augment: readonly { name: string }[]
    size: number
    channels: number
    background: string
    seed: number
    rows: number
    columns: number
  },
) => Promise<Buffer>
