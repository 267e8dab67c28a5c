import { SPLITS } from '../../job-spec/splits.ts'
import { className } from '../layout/class-names.ts'
import { isSetAside, type Layout } from '../layout/layout.ts'
import { createColumns, type ImageColumns } from '../splits/columns.ts'
import type { ImageTable } from './image-table.ts'
import type { Listed, Problem } from './problems.ts'

export interface Labelled {
  /** Names of classes, by the numbers in the columns. */
  names: string[]
  /** By path. */
  columns: ImageColumns
  /** Places in the table. */
  images: Int32Array
}

/** Asks the layout for the class of every image, by path; those that have none become problems. */
export function labelImages(
  table: ImageTable,
  { layout, order, problems }: { layout: Layout; order: Int32Array; problems: Listed<Problem> },
): Labelled {
  const columns = createColumns(order.length)
  const images = new Int32Array(order.length)
  const classes = new Numbered()
  const groups = new Numbered()
  let count = 0
  for (const image of order) {
    const path = table.path(image)
    const placement = layout.placementOf(path)
    if (isSetAside(placement)) {
      problems.add({ file: path, ...placement })
      continue
    }
    images[count] = image
    columns.label[count] = classes.numberOf(className(placement.label))
    if (placement.split !== undefined) columns.split[count] = SPLITS.indexOf(placement.split)
    columns.content[count] = table.content(image)
    columns.perceptual[count] = table.perceptual(image)
    if (placement.group !== undefined) columns.group[count] = groups.numberOf(placement.group)
    count++
  }
  const { count: missing, files } = layout.missing
  for (const { file, detail } of files) problems.add({ file, code: 'file_missing', detail })
  problems.more(missing - files.length)
  return { names: classes.names, columns: first(columns, count), images: images.subarray(0, count) }
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
