import type { AppendSplit } from '../../job-spec/dataset-changes.ts'
import { SPLITS } from '../../job-spec/splits.ts'
import { rngFor } from '../../zoo/rng.ts'
import { NO_SPLIT, TRAIN, type ImageColumns } from './columns.ts'
import { drawSplit } from './draw.ts'
import { findDuplicates } from './duplicates.ts'
import { unitsOf } from './units.ts'

export interface AppendOptions {
  /** Where images go for which the data set says nothing. */
  to: AppendSplit
  /** Whether an image is appended, by its place in the columns. */
  isNew: (index: number) => boolean
  seed: number
}

/**
 * Gives appended images their splits where the data set does not: images of a group that is there already go to its split; the others to the one
 * that is wanted, or a tenth of each class to test and another to validation, drawn. Equal images then stay together, also with those that were
 * there before.
 */
export function splitAppended(columns: ImageColumns, { to, isNew, seed }: AppendOptions): void {
  const { count, split } = columns
  const isOpen = Uint8Array.from({ length: count }, (_, i) => (isNew(i) && split[i] === NO_SPLIT ? 1 : 0))
  follow(columns, isOpen, (i) => (columns.group[i] === -1 ? undefined : columns.group[i]))
  if (to === 'draw') {
    const { firstEqual } = findDuplicates(columns)
    follow(columns, isOpen, (i) => firstEqual[i])
    drawOpen(columns, isOpen, seed)
    return
  }
  for (let i = 0; i < count; i++) if (isOpen[i] === 1) split[i] = SPLITS.indexOf(to)
}

/** Images whose key another has that is in a split go there too. */
function follow({ count, split }: ImageColumns, isOpen: Uint8Array, keyOf: (i: number) => number | undefined): void {
  const splits = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const key = keyOf(i)
    if (key !== undefined && isOpen[i] === 0 && split[i] !== NO_SPLIT) splits.set(key, split[i]!)
  }
  for (let i = 0; i < count; i++) {
    const known = isOpen[i] === 1 ? splits.get(keyOf(i) ?? -1) : undefined
    if (known === undefined) continue
    split[i] = known
    isOpen[i] = 0
  }
}

function drawOpen(columns: ImageColumns, isOpen: Uint8Array, seed: number): void {
  const open = { ...columns, split: columns.split.map((_, i) => (isOpen[i] === 1 ? TRAIN : NO_SPLIT)) }
  const units = unitsOf(open, findDuplicates(open))
  for (const [stream, name] of (['test', 'val'] as const).entries()) {
    const rng = rngFor(seed, stream + 1)
    drawSplit(open, { into: SPLITS.indexOf(name), units, limit: Infinity, rng })
  }
  for (let i = 0; i < columns.count; i++) if (isOpen[i] === 1) columns.split[i] = open.split[i]!
}
