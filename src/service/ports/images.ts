import type { Split } from '../../job-spec/splits.ts'
import type { DatasetItem, Page } from '../resources.ts'

/** One image of a packed data set as PNG; `all` counts over training, validation and test images. @throws AppError `not_found` */
export type PackedImagePng = (packed: string, place: { split: Split | 'all'; index: number }) => Promise<Buffer>

/** Which items of a data set are listed. */
export interface ItemsQuery {
  class?: string | undefined
  split?: Split | undefined
  /** Whether files that were set aside are listed, and not images; by default images. */
  status?: DatasetItem['status'] | undefined
  /** Only those of which something was found, or only those of which nothing was. */
  suspicious?: boolean | undefined
  limit: number
  after?: string | undefined
}

/** A page of the items of a packed data set. @throws AppError `invalid_request` for a cursor that was not handed out */
export type PackedItems = (packed: string, query: ItemsQuery) => Promise<Page<DatasetItem>>

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
