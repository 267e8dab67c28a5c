import { SPLITS, type Split } from '../../job-spec/splits.ts'
import { AppError } from '../../errors.ts'
import { rngFor } from '../../zoo/rng.ts'
import { byNumberThenName, lookAlikes } from '../layout/class-names.ts'
import { isSetAside, type Grouping, type Placement } from '../layout/layout.ts'
import { requireClasses } from '../layout/require-classes.ts'
import type { SourceLimits } from '../source/budget.ts'
import type { SourceLog } from '../source/source-log.ts'
import { newColumns, NOT_GIVEN, type ImageColumns } from '../splits/columns.ts'
import { drawSplit } from '../splits/draw.ts'
import { equalImages } from '../splits/duplicates.ts'
import type { PixelFindings } from './channels.ts'
import type { Collected, PackedImage, Problem } from './collect.ts'
import { compareImages, type Comparison, type ComparisonOptions } from './compare-images.ts'

const MAX_DRAWN_VALIDATION = 5000
const [TRAIN, VAL, TEST] = [SPLITS.indexOf('train'), SPLITS.indexOf('val'), SPLITS.indexOf('test')]

export type PlacedImage = PackedImage & { label: number; split: Split }

export interface PlaceOptions extends ComparisonOptions {
  seed: number
  limits: SourceLimits
  grouping: Grouping
}

export interface Placed extends Comparison {
  images: PlacedImage[]
  classes: string[]
  problems: Problem[]
  drawn: Record<'val' | 'test', boolean>
  /** Sentences about layout and classes. */
  notes: string[]
}

/** All that a packed data set and its report are made of. */
export interface ToPack extends Omit<Placed, 'images'> {
  images: (PlacedImage & { constant: boolean })[]
  findings: PixelFindings
  channels: 1 | 3
  workingSize: number
  files: number
  log: SourceLog
}

type Labelled = PackedImage & { placement: Placement }

/**
 * Gives every image its class and split, and draws the splits that are not given.
 * @throws AppError `dataset_*` or `split_leakage`
 */
export function place(collected: Collected, options: PlaceOptions): Placed {
  const { labelled, problems, notes } = labelImages(collected, options.grouping)
  const spellings = new Map<string, Set<string>>()
  for (const { placement } of labelled) {
    const composed = placement.label.normalize('NFC')
    spellings.set(composed, (spellings.get(composed) ?? new Set()).add(placement.label))
  }
  const classes = [...spellings.keys()].sort(byNumberThenName)
  requireClasses(classes, options.limits)
  if (classes.length === 0)
    throw new AppError('dataset_empty', `No image of the data set has a class: ${problems[0]?.detail ?? ''}`)
  if (classes.length === 1)
    throw new AppError(
      'dataset_one_class',
      `All images belong to one class, ${JSON.stringify(classes[0])}; at least two are needed.`,
    )
  labelled.sort((a, b) => (a.path < b.path ? -1 : 1))
  const columns = columnsOf(labelled, classes)
  const compared = compareImages(columns, labelled, options)
  const gone = new Set(compared.leaks.filter(({ removed }) => removed).map(({ image }) => image))
  const kept = gone.size === 0 ? labelled : labelled.filter((_, i) => !gone.has(i))
  const final = gone.size === 0 ? columns : columnsOf(kept, classes)
  const drawn = drawMissing(final, options.seed)
  const images = kept.map(({ placement: _, ...image }, i) => ({
    ...image,
    label: final.label[i] ?? 0,
    split: SPLITS[final.split[i] ?? TRAIN] ?? 'train',
  }))
  if (!images.some((image) => image.split === 'train'))
    throw new AppError(
      'dataset_empty',
      'The data set has no training images: all lie in validation or test folders. Put them into a folder train, or without split folders to have splits drawn.',
    )
  images.sort((a, b) => SPLITS.indexOf(a.split) - SPLITS.indexOf(b.split))
  const removed = compared.leaks
    .filter(({ removed: leaves }) => leaves)
    .map(({ file, like, reason }) => ({ file, code: 'split_leakage', detail: `${reason} ${like}, of another split.` }))
  const names = [...spellings].filter(([, ways]) => ways.size > 1).map(([name]) => name)
  return {
    ...compared,
    images,
    classes,
    problems: [...problems, ...removed],
    drawn,
    notes: [...notes, ...names.map(spelledTwice), ...lookAlikes(classes)],
  }
}

const spelledTwice = (name: string): string =>
  `The class ${JSON.stringify(name)} is written in two forms of Unicode (composed and decomposed), which were taken for one class.`

function labelImages(
  { images, problems, scan }: Collected,
  grouping: Grouping,
): { labelled: Labelled[]; problems: Problem[]; notes: string[] } {
  const layout = scan.layout(grouping)
  const labelled: Labelled[] = []
  const setAside = [...problems]
  for (const { file } of problems) layout.placementOf(file)
  for (const image of images) {
    const placement = layout.placementOf(image.path)
    if (isSetAside(placement)) setAside.push({ file: image.path, ...placement })
    else labelled.push({ ...image, placement })
  }
  const { warnings, missing } = layout.finish()
  for (const { file, detail } of missing) setAside.push({ file, code: 'file_missing', detail })
  return { labelled, problems: setAside, notes: warnings }
}

function columnsOf(images: readonly Labelled[], classes: readonly string[]): ImageColumns {
  const ids = new Map(classes.map((name, id) => [name, id]))
  const groups = new Map<string, number>()
  const columns = newColumns(images.length)
  images.forEach(({ placement: { label, split, group }, hash, perceptual }, i) => {
    columns.label[i] = ids.get(label.normalize('NFC')) ?? 0
    if (split !== undefined) columns.split[i] = SPLITS.indexOf(split)
    columns.content[i] = BigInt(`0x${hash.slice(0, 16)}`)
    columns.perceptual[i] = perceptual
    if (group === undefined) return
    if (!groups.has(group)) groups.set(group, groups.size)
    columns.group[i] = groups.get(group) ?? -1
  })
  return columns
}

/** Images without a split train; validation and test images are drawn from them where there are none. */
function drawMissing(columns: ImageColumns, seed: number): Record<'val' | 'test', boolean> {
  const given = { test: columns.split.includes(TEST), val: columns.split.includes(VAL) }
  columns.split.forEach((split, i) => {
    if (split === NOT_GIVEN) columns.split[i] = TRAIN
  })
  const equal = equalImages(columns)
  if (!given.test) drawSplit(columns, { into: TEST, from: TRAIN, rng: rngFor(seed, 1), limit: Infinity, equal })
  if (!given.val)
    drawSplit(columns, { into: VAL, from: TRAIN, rng: rngFor(seed, 2), limit: MAX_DRAWN_VALIDATION, equal })
  return { val: !given.val, test: !given.test }
}
