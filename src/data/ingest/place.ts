import { AppError } from '../../errors.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import { byNumberThenName, lookAlikes, requireClasses } from '../layout/class-names.ts'
import { isSetAside, type Layout, type Placement } from '../layout/layout.ts'
import type { SourceLimits } from '../source/budget.ts'
import type { SourceLog } from '../source/source-log.ts'
import { assignSplits, type SplitFindings, type SplitOptions } from '../splits/assign.ts'
import { createColumns, NO_SPLIT, splitName, type ImageColumns } from '../splits/columns.ts'
import { printable } from '../text.ts'
import type { Collected, PackedImage, Problem } from './collect.ts'

export type PlacedImage = PackedImage & { label: number; split: Split }

/** How images are placed and split. */
export interface PlaceOptions extends Pick<SplitOptions, 'seed' | 'leakage' | 'nearDuplicates'> {
  /** See `LayoutOptions`. */
  groupBy?: string | undefined
}

export interface Placed {
  images: PlacedImage[]
  classes: string[]
  problems: Problem[]
  drawn: Record<'val' | 'test', boolean>
  found: FoundBySplits
  warnings: string[]
}

/** What was found between images, by their paths. */
export interface FoundBySplits {
  duplicates: { count: number; groups: string[][] }
  conflicts: { count: number; groups: { file: string; label: string }[][] }
  leaks: { count: number; pairs: LeakedPair[] }
  nearDuplicates: { count: number; pairs: LeakedPair[] }
}

interface LeakedPair {
  file: string
  split: Split
  other: string
  otherSplit: Split
}

/** All that a packed data set and its report are made of. */
export interface ToPack extends Placed {
  channels: 1 | 3
  workingSize: number
  files: number
  log: SourceLog
}

type Known = PackedImage & { placement: Placement }

/**
 * Gives every image its class and split, and draws the splits that are not given.
 * @throws AppError `dataset_*` or `split_leakage`
 */
export function place(
  { images, problems, layout: scan }: Collected,
  options: PlaceOptions,
  limits: SourceLimits,
): Placed {
  const layout = scan.finish(options)
  const known: Known[] = []
  const setAside = [...problems]
  for (const image of images) {
    const placement = layout.placementOf(image.path)
    if (isSetAside(placement)) setAside.push({ file: image.path, ...placement })
    else known.push({ ...image, placement })
  }
  for (const { file, detail } of layout.missing.files) setAside.push({ file, code: 'file_missing', detail })
  const classes = classesOf(known, limits)
  known.sort((a, b) => (a.path < b.path ? -1 : 1))
  const columns = columnsOf(known, classes)
  const nameOf = (i: number): string => known[i]?.path ?? ''
  const given = completed(columns)
  const findings = assignSplits(columns, { ...options, nameOf })
  setAside.push(...removedImages(findings, columns, given, nameOf))
  if (!columns.split.includes(SPLITS.indexOf('train')))
    throw new AppError('dataset_empty', 'The data set has no training images.')
  const labelled = known
    .flatMap(({ placement: _, ...image }, i) =>
      columns.split[i] === NO_SPLIT
        ? []
        : [{ ...image, label: columns.label[i] ?? 0, split: splitName(columns.split[i] ?? 0) }],
    )
    .sort((a, b) => SPLITS.indexOf(a.split) - SPLITS.indexOf(b.split))
  return {
    images: labelled,
    classes,
    problems: setAside,
    drawn: findings.drawn,
    found: foundBySplits(findings, { given, columns, nameOf, classes }),
    warnings: [...layout.warnings, ...lostClasses(layout, classes), ...lookAlikes(classes), ...dividedGroups(findings)],
  }
}

function classesOf(known: readonly Known[], limits: SourceLimits): string[] {
  const classes = [...new Set(known.map((image) => image.placement.label))].sort(byNumberThenName)
  requireClasses(classes, limits)
  if (classes.length === 0) throw new AppError('dataset_empty', 'No image of the data set has a class.')
  if (classes.length === 1)
    throw new AppError(
      'dataset_one_class',
      `All images belong to one class, ${JSON.stringify(classes[0])}; at least two are needed.`,
    )
  return classes
}

function columnsOf(known: readonly Known[], classes: readonly string[]): ImageColumns {
  const ids = new Map(classes.map((name, id) => [name, id]))
  const groups = new Map<string, number>()
  const columns = createColumns(known.length)
  for (const [i, { placement, hash, perceptual }] of known.entries()) {
    columns.label[i] = ids.get(placement.label) ?? 0
    if (placement.split !== undefined) columns.split[i] = SPLITS.indexOf(placement.split)
    columns.content[i] = BigInt(`0x${hash.slice(0, 16)}`)
    columns.perceptual[i] = perceptual
    if (placement.group === undefined) continue
    const group = groups.get(placement.group) ?? groups.size
    groups.set(placement.group, group)
    columns.group[i] = group
  }
  return columns
}

/** The splits before any image leaves one: training where none is given. */
const completed = ({ split }: ImageColumns): Uint8Array => split.map((index) => (index === NO_SPLIT ? 0 : index))

function removedImages(
  { removed }: SplitFindings,
  { split }: ImageColumns,
  given: Uint8Array,
  nameOf: (index: number) => string,
): Problem[] {
  const others = new Map(removed.map(({ index, other }) => [index, other]))
  return [...split.keys()]
    .filter((i) => split[i] === NO_SPLIT)
    .map((i) => {
      const other = others.get(i)
      const what =
        other === undefined
          ? 'An image of a later split'
          : `${printable(nameOf(other))} of the ${splitName(given[other] ?? 0)} split`
      return {
        file: nameOf(i),
        code: 'split_leakage',
        detail: `${what} shows the same, so that the image left the ${splitName(given[i] ?? 0)} split.`,
      }
    })
}

function foundBySplits(
  { duplicates, leaks, nearDuplicates }: SplitFindings,
  {
    given,
    columns,
    nameOf,
    classes,
  }: { given: Uint8Array; columns: ImageColumns; nameOf: (i: number) => string; classes: readonly string[] },
): FoundBySplits {
  const splitOf = (i: number): Split =>
    splitName(columns.split[i] === NO_SPLIT ? (given[i] ?? 0) : (columns.split[i] ?? 0))
  const pair = ({ index, other }: { index: number; other: number }): LeakedPair => ({
    file: nameOf(index),
    split: splitOf(index),
    other: nameOf(other),
    otherSplit: splitOf(other),
  })
  return {
    duplicates: { count: duplicates.count, groups: duplicates.groups.first.map((group) => group.map(nameOf)) },
    conflicts: {
      count: duplicates.conflicts.count,
      groups: duplicates.conflicts.first.map((group) =>
        group.map((i) => ({ file: nameOf(i), label: classes[columns.label[i] ?? 0] ?? '' })),
      ),
    },
    leaks: { count: leaks.count, pairs: leaks.first.map(pair) },
    nearDuplicates: { count: nearDuplicates.count, pairs: nearDuplicates.first.map(pair) },
  }
}

const dividedGroups = ({ splitGroups }: SplitFindings): string[] =>
  splitGroups === 0
    ? []
    : [
        `The data set gives images of ${splitGroups} ${splitGroups === 1 ? 'group' : 'groups'} to several splits; they were left so.`,
      ]

/** Classes that folders or tables name, and that have no image left. */
function lostClasses({ classNames }: Layout, classes: readonly string[]): string[] {
  const known = new Set(classes)
  return classNames
    .filter((name) => !known.has(name))
    .sort(byNumberThenName)
    .map((name) => `Class ${printable(name, 80)} has no image that can be used, and is left out.`)
}
