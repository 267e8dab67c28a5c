import type { ImageColumns } from './columns.ts'
import { firstOccurrences } from './equal-values.ts'

/** Groups of indices, each ascending; the first few of `count` groups. */
export interface Groups {
  count: number
  first: number[][]
}

const MAX_GROUPS = 1000
const MAX_PER_GROUP = 20

/** Which images have equal pixels. */
export interface Duplicates {
  /** Per image, the index of the first equal one, its own where it is the first; -1 for an image with no class. */
  firstEqual: Int32Array
  /** Images that are equal to an earlier one. */
  count: number
  groups: Groups
  /** Those of the groups whose images are of several classes. */
  conflicts: Groups
}

export function findDuplicates({ count, label, content }: ImageColumns): Duplicates {
  const firstEqual = firstOccurrences(content, (i) => label[i] === -1)
  const conflicting = new Set<number>()
  let copies = 0
  for (let i = 0; i < count; i++) {
    const first = firstEqual[i] ?? -1
    if (first < 0 || first === i) continue
    copies++
    if (label[first] !== label[i]) conflicting.add(first)
  }
  return {
    firstEqual,
    count: copies,
    groups: copies === 0 ? NO_GROUPS : listGroups(firstEqual, (first, i) => first !== i),
    conflicts: conflicting.size === 0 ? NO_GROUPS : listGroups(firstEqual, (first) => conflicting.has(first)),
  }
}

const NO_GROUPS: Groups = { count: 0, first: [] }

/** Groups with a member for which `counts` holds. */
function listGroups(firstEqual: Int32Array, counts: (first: number, index: number) => boolean): Groups {
  const listed = new Map<number, number[]>()
  const found = new Set<number>()
  for (let i = 0; i < firstEqual.length; i++) {
    const first = firstEqual[i] ?? -1
    if (first < 0 || !counts(first, i)) continue
    found.add(first)
    if (listed.size < MAX_GROUPS && !listed.has(first)) listed.set(first, [first])
    const group = listed.get(first)
    if (group !== undefined && i !== first && group.length < MAX_PER_GROUP) group.push(i)
  }
  return { count: found.size, first: [...listed.values()] }
}
