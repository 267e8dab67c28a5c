import type { Split } from '../../job-spec/splits.ts'

/** What the layout says of an image; `split` is undefined where the data set does not say. */
export interface Placement {
  /** Class name, in Unicode's composed form. */
  label: string
  split: Split | undefined
  /** Images of one group, such as a patient, stay in one split. */
  group: string | undefined
}

/** Why an image has no class. */
export interface SetAside {
  code: 'image_unlabelled' | 'label_missing' | 'label_conflict' | 'label_multiple'
  detail: string
}

/** Where every image of a data set belongs, by folders or by tables. */
export interface Layout {
  /** Of any path that the scan has seen, in any order, any number of times. */
  placementOf(path: string): Placement | SetAside
  /** Every class that a folder or a row names, also those with no image that can be used; in no order. */
  readonly classNames: readonly string[]
  /** Files that a table names and that are not there: the first of them, and how many there are. */
  readonly missing: { count: number; files: readonly { file: string; detail: string }[] }
  /** Sentences for the report: what was taken for what, and what was set aside. */
  readonly warnings: readonly string[]
}

export const isSetAside = (placement: Placement | SetAside): placement is SetAside => 'code' in placement

export interface LayoutOptions {
  /**
   * What groups images that must stay in one split: `folder`, the folder in which an image is below its class folder, or the name of a
   * column. A column `group` needs no option.
   */
  groupBy?: string | undefined
  /** Whether a file that tables put into two splits is an error, or belongs to the later of train, val and test. */
  leakage?: 'remove' | 'refuse' | undefined
}
