import type { components } from '../../../clients/typescript/src/schema.ts'
import { allOf } from '../shared/all-of.ts'
import { oneOf, textIn, wholeIn, type Search } from '../shared/search.ts'
import { SPLITS, type Split } from './splits.ts'

type DatasetState = components['schemas']['Dataset']['state']
export const DATASET_STATES = allOf<DatasetState>({ importing: true, ingesting: true, ready: true, failed: true })
const SORTS = ['name', '-name', 'created'] as const

export interface DatasetsSearch {
  name?: string | undefined
  state?: DatasetState | undefined
  sort?: (typeof SORTS)[number] | '-created' | undefined
}

export const datasetsSearch = (search: Search): DatasetsSearch => ({
  name: textIn(search, 'name'),
  state: oneOf(search, 'state', DATASET_STATES),
  sort: oneOf(search, 'sort', SORTS),
})

export const DATASET_TABS = ['overview', 'images', 'suspicious', 'versions'] as const
export type DatasetTab = (typeof DATASET_TABS)[number]
const SHOWN = ['aside'] as const
export const FOUND = ['any', 'duplicate', 'conflict', 'near-duplicate', 'constant'] as const

export interface DatasetSearch {
  tab?: DatasetTab | undefined
  /** The version that is looked at; the newest that is ready by default. */
  version?: number | undefined
  split?: Split | undefined
  class?: string | undefined
  /** Only images of which this, or anything, was found. */
  found?: (typeof FOUND)[number] | undefined
  /** Files that were set aside, in place of images. */
  show?: (typeof SHOWN)[number] | undefined
  /** Part of a path. */
  file?: string | undefined
  /** The job whose suggestions are looked at. */
  job?: string | undefined
  /** The version with which another one is compared. */
  with?: number | undefined
}

export const datasetSearch = (search: Search): DatasetSearch => ({
  tab: oneOf(search, 'tab', DATASET_TABS),
  version: wholeIn(search, 'version'),
  split: oneOf(search, 'split', SPLITS),
  class: textIn(search, 'class'),
  found: oneOf(search, 'found', FOUND),
  show: oneOf(search, 'show', SHOWN),
  file: textIn(search, 'file'),
  job: textIn(search, 'job'),
  with: wholeIn(search, 'with'),
})
