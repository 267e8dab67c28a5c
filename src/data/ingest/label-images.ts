import { SPLITS } from '../../job-spec/splits.ts'
import { className } from '../layout/class-names.ts'
import { isSetAside, type Layout, type Placement } from '../layout/layout.ts'
import { createColumns, wordsOf, type ImageColumns } from '../splits/columns.ts'
import type { BaseVersion } from '../versions/load-base.ts'
import type { ImageTable } from './image-table.ts'
import type { Listed, Problem } from './problems.ts'

export interface Labelled {
  /** Names of classes, by the numbers in the columns. */
  names: string[]
  /** By path. */
  columns: ImageColumns
  /** Places in the table. */
  images: Int32Array
  /** The group of an image by its place in the table. */
  groupOf: (image: number) => string | undefined
}

export interface LabelOptions {
  layout: Layout
  /** Places in the table, by path. */
  order: Int32Array
  /** Images that have no class are added. */
  problems: Listed<Problem>
  /** Has images before all others, and says where they belong. */
  base?: Pick<BaseVersion, 'count' | 'placementOf' | 'manifest'> | undefined
}

/** Asks the layout for the class of every image, by path; those that have none become problems. */
export function labelImages(table: ImageTable, { layout, order, problems, base }: LabelOptions): Labelled {
  const columns = createColumns(order.length)
  const images = new Int32Array(order.length)
  const classes = new Numbered()
  const groups = new Numbered()
  const contentWords = wordsOf(columns.content)
  const perceptualWords = wordsOf(columns.perceptual)
  let count = 0
  let before: { path: string; image: number } | undefined
  // Those of a folder have the same.
  let last: { placement: Placement; label: number } | undefined
  const isBase = (image: number): boolean => base !== undefined && image < base.count
  for (const image of order) {
    const path = table.path(image)
    if (before?.path === path && !isBase(image)) {
      problems.add({
        file: path,
        code: 'file_exists',
        detail: existing(table.hash(before.image) === table.hash(image)),
      })
      continue
    }
    before = { path, image }
    const placement = base !== undefined && isBase(image) ? base.placementOf(image) : layout.placementOf(path)
    if (isSetAside(placement)) {
      problems.add({ file: path, ...placement })
      continue
    }
    images[count] = image
    if (placement !== last?.placement) last = { placement, label: classes.numberOf(className(placement.label)) }
    columns.label[count] = last.label
    if (placement.split !== undefined) columns.split[count] = SPLITS.indexOf(placement.split)
    table.writeContent(image, contentWords, 2 * count)
    table.writePerceptual(image, perceptualWords, 2 * count)
    if (placement.group !== undefined) columns.group[count] = groups.numberOf(placement.group)
    count++
  }
  const { count: missing, files } = layout.missing
  for (const { file, detail } of files) problems.add({ file, code: 'file_missing', detail })
  problems.more(missing - files.length)
  const labelled = images.subarray(0, count)
  const groupOf = groupNames(labelled, columns.group, groups.names)
  return { names: classes.names, columns: first(columns, count), images: labelled, groupOf }
}

const existing = (isEqual: boolean): string =>
  isEqual
    ? 'The data set has this image under the same path already.'
    : 'The data set has another image under this path; remove that one in the same request to replace it, or rename the file.'

/** Names of groups by places in the table; without groups nothing is held. */
function groupNames(images: Int32Array, group: Int32Array, names: readonly string[]): Labelled['groupOf'] {
  if (names.length === 0) return () => undefined
  const of = new Map<number, string>()
  for (const [i, image] of images.entries()) {
    const name = names[group[i] ?? -1]
    if (name !== undefined) of.set(image, name)
  }
  return (image) => of.get(image)
}

/** Names with the numbers in which they came. */
class Numbered {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()

  numberOf(name: string): number {
    const known = this.numbers.get(name)
    if (known !== undefined) return known
    this.numbers.set(name, this.names.length)
    return this.names.push(name) - 1
  }
}

function first({ label, split, content, perceptual, group }: ImageColumns, count: number): ImageColumns {
  return {
    count,
    label: label.subarray(0, count),
    split: split.subarray(0, count),
    content: content.subarray(0, count),
    perceptual: perceptual.subarray(0, count),
    group: group.subarray(0, count),
  }
}
