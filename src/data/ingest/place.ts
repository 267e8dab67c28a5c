import { AppError } from '../../errors.ts'
import type { AppendSplit } from '../../job-spec/dataset-changes.ts'
import { SPLITS } from '../../job-spec/splits.ts'
import { byNumberThenName, joinedNames, lookAlikes, requireClasses } from '../layout/class-names.ts'
import type { Layout, LayoutOptions } from '../layout/layout.ts'
import type { SourceLimits } from '../source/budget.ts'
import { assignSplits, type SplitFindings, type SplitOptions } from '../splits/assign.ts'
import { splitAppended } from '../splits/appended.ts'
import { NO_SPLIT, splitName, TRAIN, type ImageColumns } from '../splits/columns.ts'
import { printable } from '../text.ts'
import { comparisonReport, type ImageNames } from './comparison-report.ts'
import type { ImageTable } from './image-table.ts'
import { imageFindings } from './image-findings.ts'
import { labelImages, type Labelled, type LabelOptions } from './label-images.ts'
import type { Listed, Problem } from './problems.ts'

/** The images that are in the data set, by split and then by path. */
export interface Placed {
  classes: string[]
  /** Places in the table of images. */
  images: Int32Array
  label: Int32Array
  /** Places in `SPLITS`. */
  split: Uint8Array
  /** Bits of `FINDINGS`. */
  findings: Uint8Array
  /** The group of an image by its place in the table, where it has one. */
  groupOf: (image: number) => string | undefined
  drawn: Record<'val' | 'test', boolean>
  /** What the images have in common with each other. */
  compared: ReturnType<typeof comparisonReport>
  /** Sentences about layout and classes. */
  notes: string[]
}

/** How images are placed and split. */
export interface SplitChoices extends Pick<SplitOptions, 'leakage' | 'nearDuplicates'> {
  /** See `LayoutOptions`. */
  groupBy?: LayoutOptions['groupBy']
}

export interface PlaceOptions extends SplitChoices, Pick<LabelOptions, 'base'> {
  /** Where images go that are appended to a base, and for which the data set says nothing. */
  appendTo?: AppendSplit | undefined
  layout: Layout
  /** Places in the table, by path. */
  order: Int32Array
  /** Images that are left out are added. */
  problems: Listed<Problem>
  seed: number
  limits: SourceLimits
}

/**
 * Gives every image its class and split, and draws the splits that are not given.
 * @throws AppError `dataset_*` or `split_leakage`
 */
export function assignPlaces(table: ImageTable, options: PlaceOptions): Placed {
  const { base, layout, problems, seed, limits, leakage, nearDuplicates, appendTo = 'train' } = options
  const labelled = labelImages(table, options)
  const { columns, images } = labelled
  const classes = orderClasses(labelled, problems, limits)
  if (base !== undefined) splitAppended(columns, { to: appendTo, isNew: (i) => images[i]! >= base.count, seed })
  const given = columns.split.map((split) => (split === NO_SPLIT ? TRAIN : split))
  const names: ImageNames = {
    file: (i) => table.path(images[i]!),
    className: (i) => classes[columns.label[i]!]!,
    split: (i) => splitName(columns.split[i] === NO_SPLIT ? given[i]! : columns.split[i]!),
  }
  const findings = assignSplits(columns, { seed, leakage, nearDuplicates, nameOf: names.file })
  addRemoved(problems, { findings, columns, given, names })
  if (!columns.split.includes(TRAIN)) throw noTraining(given.includes(TRAIN), problems)
  return {
    classes,
    drawn: findings.drawn,
    compared: comparisonReport(findings, names),
    notes: [
      ...layout.warnings,
      ...lostClasses([...layout.classNames, ...(base?.manifest.classes ?? [])], classes),
      ...lookAlikes(classes),
      ...joinedNames(classes),
    ],
    groupOf: labelled.groupOf,
    ...bySplit(columns, images, imageFindings(columns, findings)),
  }
}

function noTraining(hadSome: boolean, problems: Listed<Problem>): AppError {
  const broken = problems.first.find(({ code }) => code !== 'split_leakage')
  return new AppError(
    'dataset_empty',
    hadSome
      ? 'The data set has no training images: each has an equal one in validation or test. Remove those, or give the images without split folders to have splits drawn.'
      : `The data set has no training images: all are in validation or test folders. Put them into a folder train, or without split folders to have splits drawn.${broken === undefined ? '' : ` ${problems.count} ${problems.count === 1 ? 'file was' : 'files were'} set aside, first ${broken.file}: ${broken.detail}`}`,
  )
}

/** Puts the classes in order, and their numbers into the columns. */
function orderClasses({ names, columns }: Labelled, problems: Listed<Problem>, limits: SourceLimits): string[] {
  const classes = [...names].sort(byNumberThenName)
  requireClasses(classes, limits)
  if (classes.length === 0)
    throw new AppError('dataset_empty', `No image of the data set has a class: ${problems.first[0]?.detail ?? ''}`)
  if (classes.length === 1)
    throw new AppError(
      'dataset_one_class',
      `All images belong to one class, ${JSON.stringify(classes[0])}; at least two are needed.`,
    )
  const numbers = new Map(classes.map((name, label) => [name, label]))
  for (let i = 0; i < columns.count; i++) columns.label[i] = numbers.get(names[columns.label[i]!]!)!
  return classes
}

interface Removal {
  findings: SplitFindings
  columns: ImageColumns
  given: Uint8Array
  names: ImageNames
}

function addRemoved(problems: Listed<Problem>, { findings, columns, given, names }: Removal): void {
  const others = new Map(findings.removed.map(({ index, other }) => [index, other]))
  for (let i = 0; i < columns.count; i++) {
    if (columns.split[i] !== NO_SPLIT) continue
    const other = others.get(i)
    const what =
      other === undefined
        ? 'An image of a later split'
        : `${printable(names.file(other))} of the ${names.split(other)} split`
    const detail = `${what} shows the same, so that the image left the ${splitName(given[i]!)} split.`
    problems.add({ file: names.file(i), code: 'split_leakage', detail })
  }
}

/** Classes that folders, tables or a base name, and that have no image left. */
function lostClasses(names: readonly string[], classes: readonly string[]): string[] {
  const known = new Set(classes)
  return [...new Set(names)]
    .filter((name) => !known.has(name))
    .sort(byNumberThenName)
    .map((name) => `Class ${printable(name, 80)} has no image that can be used, and is left out.`)
}

function bySplit(
  { count, label, split }: ImageColumns,
  images: Int32Array,
  findings: Uint8Array,
): Pick<Placed, 'images' | 'label' | 'split' | 'findings'> {
  const order = new Int32Array(count)
  let at = 0
  for (const wanted of SPLITS.keys()) for (let i = 0; i < count; i++) if (split[i] === wanted) order[at++] = i
  const kept = order.subarray(0, at)
  return {
    images: kept.map((i) => images[i]!),
    label: kept.map((i) => label[i]!),
    split: Uint8Array.from(kept, (i) => split[i]!),
    findings: Uint8Array.from(kept, (i) => findings[i]!),
  }
}
