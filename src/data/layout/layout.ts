import type { Split } from '../../job-spec/splits.ts'

/** Why an image has no class. */
export interface SetAside {
  code: 'image_unlabelled' | 'label_missing' | 'label_conflict' | 'label_ambiguous' | 'file_missing'
  detail: string
}

/** What the layout says of an image; `split` is undefined where the data set does not say. */
export interface Placement {
  label: string
  split: Split | undefined
  /** Images of one group, such as a patient, stay in one split. */
  group?: string | undefined
}

/** Gives every image its place, by folders or by a table. */
export interface Layout {
  placementOf(path: string): Placement | SetAside
  /** Called once all images were placed. */
  finish(): LayoutFindings
}

export interface LayoutFindings {
  /** Sentences for the report. */
  warnings: string[]
  /** Files that a table names and the data set lacks. */
  missing: { file: string; detail: string }[]
}

/** What is taken for a group where no column of a table says so: nothing, or the folder in which an image lies below its class. */
export const GROUPINGS = ['none', 'folder'] as const
export type Grouping = (typeof GROUPINGS)[number]

export const isSetAside = (placement: Placement | SetAside): placement is SetAside => 'code' in placement
