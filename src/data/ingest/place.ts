import { AppError } from '../../errors.ts'
import { SPLITS } from '../../job-spec/splits.ts'
import { rngFor } from '../../zoo/rng.ts'
import { byNumberThenName, lookAlikes } from '../layout/class-names.ts'
import type { Layout } from '../layout/layout.ts'
import { requireClasses } from '../layout/require-classes.ts'
import type { SourceLimits } from '../source/budget.ts'
import { NOT_GIVEN, type ImageColumns } from '../splits/columns.ts'
import { drawSplit } from '../splits/draw.ts'
import { equalImages } from '../splits/duplicates.ts'
import { compareImages, type ComparisonOptions } from './compare-images.ts'
import { comparisonReport, type ImageNames } from './comparison-report.ts'
import type { ImageTable } from './image-table.ts'
import { labelImages } from './label-images.ts'
import type { Listed, Problem } from './problems.ts'

const MAX_DRAWN_VALIDATION = 5000
const [TRAIN, VAL, TEST] = [SPLITS.indexOf('train'), SPLITS.indexOf('val'), SPLITS.indexOf('test')]

/** The images that are in the data set, by split and then by path. */
export interface Placed {
  classes: string[]
  /** Places in the table of images. */
  images: Int32Array
  label: Int32Array
  /** Places in `SPLITS`. */
  split: Uint8Array
  drawn: Record<'val' | 'test', boolean>
  /** What the images have in common with each other. */
  compared: ReturnType<typeof comparisonReport>
  /** Sentences about layout and classes. */
  notes: string[]
}

export interface PlaceOptions {
  layout: Layout
  /** Places in the table, by path. */
  order: Int32Array
  /** Images that are left out are added. */
  problems: Listed<Problem>
  seed: number
  limits: SourceLimits
  comparison: ComparisonOptions
}

/**
 * Gives every image its class and split, and draws the splits that are not given.
 * @throws AppError `dataset_*` or `split_leakage`
 */
export function place(table: ImageTable, options: PlaceOptions): Placed {
  const { problems, seed, limits, comparison } = options
  const { names, columns, images, notes } = labelImages(table, options)
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
  const named: ImageNames = {
    file: (i) => table.path(images[i]!),
    className: (i) => classes[columns.label[i]!]!,
    split: (i) => SPLITS[columns.split[i]!] ?? '',
  }
  const found = compareImages(columns, (i) => named.file(i), comparison)
  const compared = comparisonReport(found, named)
  const gone = new Set<number>()
  for (const { image, of, reason, removed } of found.leaks) {
    if (!removed) continue
    gone.add(image)
    const detail = `${reason} ${named.file(of)} (${named.split(of)}), of another split.`
    problems.add({ file: named.file(image), code: 'split_leakage', detail })
  }
  const kept = withoutImages({ columns, images }, gone)
  const drawn = drawMissing(kept.columns, seed)
  if (!kept.columns.split.includes(TRAIN))
    throw new AppError(
      'dataset_empty',
      'The data set has no training images: all are in validation or test folders. Put them into a folder train, or without split folders to have splits drawn.',
    )
  return { classes, drawn, compared, notes: [...notes, ...lookAlikes(classes)], ...bySplit(kept) }
}

interface Rows {
  columns: ImageColumns
  /** Places in the table. */
  images: Int32Array
}

function withoutImages({ columns, images }: Rows, gone: ReadonlySet<number>): Rows {
  if (gone.size === 0) return { columns, images }
  const stays = (_: unknown, i: number): boolean => !gone.has(i)
  return {
    images: images.filter(stays),
    columns: {
      count: columns.count - gone.size,
      label: columns.label.filter(stays),
      split: columns.split.filter(stays),
      content: columns.content.filter(stays),
      perceptual: columns.perceptual.filter(stays),
      group: columns.group.filter(stays),
    },
  }
}

/** Images without a split train; validation and test images are drawn from them where there are none. */
function drawMissing(columns: ImageColumns, seed: number): Record<'val' | 'test', boolean> {
  const { split } = columns
  const given = { test: split.includes(TEST), val: split.includes(VAL) }
  for (let i = 0; i < split.length; i++) if (split[i] === NOT_GIVEN) split[i] = TRAIN
  const equal = equalImages(columns)
  if (!given.test) drawSplit(columns, { into: TEST, from: TRAIN, rng: rngFor(seed, 1), limit: Infinity, equal })
  if (!given.val)
    drawSplit(columns, { into: VAL, from: TRAIN, rng: rngFor(seed, 2), limit: MAX_DRAWN_VALIDATION, equal })
  return { val: !given.val, test: !given.test }
}

function bySplit({ columns: { count, label, split }, images }: Rows): Pick<Placed, 'images' | 'label' | 'split'> {
  const order = new Int32Array(count)
  let at = 0
  for (const wanted of SPLITS.keys()) for (let i = 0; i < count; i++) if (split[i] === wanted) order[at++] = i
  return {
    images: order.map((i) => images[i]!),
    label: order.map((i) => label[i]!),
    split: Uint8Array.from(order, (i) => split[i]!),
  }
}
