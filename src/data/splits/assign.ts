import { AppError } from '../../errors.ts'
import { SPLITS } from '../../job-spec/splits.ts'
import { rngFor } from '../../zoo/rng.ts'
import { NO_SPLIT, splitName, TRAIN, type ImageColumns } from './columns.ts'
import { drawSplit } from './draw.ts'
import { findDuplicates, type Duplicates } from './duplicates.ts'
import { findLeaks, findNearDuplicates, type Leak, type Leaks } from './leaks.ts'
import type { Union } from './union.ts'
import { unitsOf } from './units.ts'

const MAX_DRAWN_VALIDATION = 5000
const MAX_NAMED = 3

/** What becomes of an image that has an equal one in a later split: it leaves its split, or the data set is refused. */
type Leakage = 'remove' | 'refuse'
/** What becomes of one that has a nearly equal one in a later split. */
type NearDuplicates = 'report' | Leakage

export interface SplitOptions {
  /** Draws the splits that the data set does not give. */
  seed: number
  leakage?: Leakage | undefined
  nearDuplicates?: NearDuplicates | undefined
  /** The path of an image, for errors. */
  nameOf: (index: number) => string
}

/** What was found between splits, and done about it. */
export interface SplitFindings {
  /** Whether a split was drawn; false: the data set gives it. */
  drawn: Record<'val' | 'test', boolean>
  duplicates: Duplicates
  /** Images that left an earlier split, since a later one has an equal image. */
  leaks: { count: number; first: Leak[] }
  /** Images of which a later split has a nearly equal one, and whether they left. */
  nearDuplicates: { count: number; first: Leak[]; removed: boolean }
  /** Images that left the data set, and the image because of which they did. */
  removed: Leak[]
  /** 1 for each image of which a later split has a nearly equal one, and that stays. */
  isNear: Uint8Array
  /** Groups, by a column or a folder, whose images the data set gives to several splits. */
  splitGroups: number
}

/**
 * Completes `columns.split`: images without a split are of train, those that leak leave (`NO_SPLIT`), and missing validation and test splits
 * are drawn. Equal images and groups stay together.
 * @throws AppError `split_leakage` where options refuse what was found.
 */
export function assignSplits(columns: ImageColumns, options: SplitOptions): SplitFindings {
  const { count, label, split } = columns
  for (let i = 0; i < count; i++) {
    if (label[i] === -1) split[i] = NO_SPLIT
    else if (split[i] === NO_SPLIT) split[i] = TRAIN
  }
  const duplicates = findDuplicates(columns)
  const leaks = findLeaks(columns, duplicates.firstEqual)
  if (options.leakage === 'refuse') refuse(leaks, columns, { what: 'equal to', nameOf: options.nameOf })
  const splitGroups = countSplitGroups(columns)
  const removed = [...removeLeaks(columns, leaks)]
  const treatment = options.nearDuplicates ?? 'report'
  const near = findNearDuplicates(columns)
  if (treatment !== 'report') {
    const given = near.leaksOf(columns, duplicates.firstEqual)
    if (treatment === 'refuse') refuse(given, columns, { what: 'nearly equal to', nameOf: options.nameOf })
    removed.push(...removeLeaks(columns, given))
    const drawn = drawMissing(columns, options.seed, unitsOf(columns, duplicates, near.sets))
    const nearDuplicates = { count: given.count, first: given.first, removed: true }
    const isNear = new Uint8Array(count)
    return { drawn, duplicates, leaks, nearDuplicates, isNear, removed, splitGroups }
  }
  const drawn = drawMissing(columns, options.seed, unitsOf(columns, duplicates))
  const { count: found, first, leaks: isNear } = near.leaksOf(columns, duplicates.firstEqual)
  const nearDuplicates = { count: found, first, removed: false }
  return { drawn, duplicates, leaks, nearDuplicates, isNear, removed, splitGroups }
}

function drawMissing(columns: ImageColumns, seed: number, units: Union): SplitFindings['drawn'] {
  const draw = (name: 'val' | 'test', limit: number, stream: number): boolean => {
    const into = SPLITS.indexOf(name)
    if (columns.split.includes(into)) return false
    drawSplit(columns, { into, units, limit, rng: rngFor(seed, stream) })
    return true
  }
  return { test: draw('test', Infinity, 1), val: draw('val', MAX_DRAWN_VALIDATION, 2) }
}

function* removeLeaks({ count, split }: ImageColumns, { leaks, first }: Leaks): Generator<Leak> {
  for (let i = 0; i < count; i++) if (leaks[i] === 1) split[i] = NO_SPLIT
  yield* first
}

function countSplitGroups({ count, group, split }: ImageColumns): number {
  const splitOf = new Map<number, number>()
  const divided = new Set<number>()
  for (let i = 0; i < count; i++) {
    const [of = -1, given = NO_SPLIT] = [group[i], split[i]]
    if (of < 0 || given === NO_SPLIT) continue
    if ((splitOf.get(of) ?? given) !== given) divided.add(of)
    splitOf.set(of, given)
  }
  return divided.size
}

function refuse(
  { count, first }: Leaks,
  { split }: ImageColumns,
  { what, nameOf }: { what: string; nameOf: (index: number) => string },
): void {
  if (count === 0) return
  const named = (i: number): string => `${nameOf(i)} (${splitName(split[i] ?? 0)})`
  const pairs = first.slice(0, MAX_NAMED).map(({ index, other }) => `${named(index)} and ${named(other)}`)
  throw new AppError(
    'split_leakage',
    `${count} ${count === 1 ? 'image is' : 'images are'} ${what} an image of another split: ${pairs.join('; ')}. Every image may be in one split only.`,
  )
}
