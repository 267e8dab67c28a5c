import type { Split } from '../../job-spec/splits.ts'

/** One image of a packed data set as PNG; `all` counts over training, validation and test images. @throws AppError `not_found` */
export type PackedImagePng = (packed: string, place: { split: Split | 'all'; index: number }) => Promise<Buffer>

/**
 * Training images of a packed data set beside what augmentations make of them, as PNG; the first of `columns` shows them as they are.
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
