import { SPLITS } from '../../job-spec/splits.ts'
import { isSetAside, type Layout } from '../layout/layout.ts'
import { NOT_GIVEN, newColumns, type ImageColumns } from '../splits/columns.ts'
import type { ImageTable } from './image-table.ts'
import type { Listed, Problem } from './problems.ts'

export interface Labelled {
  /** Names of classes, by the numbers in the columns. */
  names: string[]
  /** By path. */
  columns: ImageColumns
  /** Places in the table. */
  images: Int32Array
  /** Sentences about the layout. */
  notes: string[]
}

/** Asks the layout for the class of every image, by path; those that have none become problems. */
export function labelImages(
  table: ImageTable,
  { layout, order, problems }: { layout: Layout; order: Int32Array; problems: Listed<Problem> },
): Labelled {
  // What cannot be read is not missing.
  for (const { file } of problems.first) layout.placementOf(file)
  const columns = newColumns(order.length)
  const images = new Int32Array(order.length)
  const classes = new Numbered()
  const groups = new Numbered()
  const spellings = new Map<string, string>()
  const spelledTwice = new Set<string>()
  let count = 0
  for (const image of order) {
    const path = table.path(image)
    const placement = layout.placementOf(path)
    if (isSetAside(placement)) {
      problems.add({ file: path, ...placement })
      continue
    }
    const name = placement.label.normalize('NFC')
    if ((spellings.get(name) ?? placement.label) !== placement.label) spelledTwice.add(name)
    spellings.set(name, placement.label)
    images[count] = image
    columns.label[count] = classes.numberOf(name)
    columns.split[count] = placement.split === undefined ? NOT_GIVEN : SPLITS.indexOf(placement.split)
    columns.content[count] = table.content(image)
    columns.perceptual[count] = table.perceptual(image)
    if (placement.group !== undefined) columns.group[count] = groups.numberOf(placement.group)
    count++
  }
  const { warnings, missing } = layout.finish()
  for (const { file, detail } of missing) problems.add({ file, code: 'file_missing', detail })
  return {
    names: classes.names,
    columns: first(columns, count),
    images: images.subarray(0, count),
    notes: [...warnings, ...[...spelledTwice].map(twoForms)],
  }
}

const twoForms = (name: string): string =>
  `The class ${JSON.stringify(name)} is written in two forms of Unicode (composed and decomposed), which were taken for one class.`

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
