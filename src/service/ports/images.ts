import type { Finding } from '../../job-spec/findings.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { DatasetDifference } from '../dataset-difference-resources.ts'
import type { DatasetItem, Page } from '../resources.ts'
import type { PageRequest } from './caller.ts'

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

/** Which items of a data set are listed. */
export interface ItemsQuery {
  class?: string | undefined
  split?: Split | undefined
  /** Whether files that were set aside are listed, and not images; by default images. */
  status?: DatasetItem['status'] | undefined
  /** Only those of which something was found, or only those of which nothing was. */
  suspicious?: boolean | undefined
  /** Only those of which this was found. */
  finding?: Finding | undefined
  /** Only those whose path has this part, in any case; a page that was looked through in vain may be empty, and not the last. */
  file?: string | undefined
  limit: number
  after?: string | undefined
}

/** A page of the items of a packed data set. @throws AppError `invalid_request` for a cursor that was not handed out */
export type PackedItems = (packed: string, query: ItemsQuery) => Promise<Page<DatasetItem>>

/**
 * A page of how the images of two packed data sets differ, of which one was made of the other.
 * @throws AppError `invalid_request` for a cursor that was not handed out; `unavailable` when too many wait
 */
export type ComparePacked = (before: string, after: string, page: PageRequest) => Promise<Page<DatasetDifference>>

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
