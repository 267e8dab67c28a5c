import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'
import type { LabelRow, LabelTable } from './label-table.ts'
import type { Layout, LayoutFindings, Placement, SetAside } from './layout.ts'
import { RowFinder } from './row-finder.ts'
import { splitNamed } from './split-words.ts'

/** Of the rows of a table, the part that may name files that are not there. */
const MAX_MISSING_FRACTION = 0.1
const MAX_NAMED = 3

interface Row extends LabelRow {
  conflict?: string
}

/** A table with what was found of its rows. */
class PlacedTable {
  readonly table: LabelTable
  readonly conflicts: Row[] = []
  private readonly rows: Row[]
  private readonly finder: RowFinder
  private readonly found: Uint8Array
  /** An image for which no row was found. */
  private example: string | undefined

  constructor(table: LabelTable) {
    this.table = table
    this.rows = this.withoutRepeats(table.rows)
    this.finder = new RowFinder(this.rows)
    this.found = new Uint8Array(this.rows.length)
  }

  covers(path: string): boolean {
    return path.startsWith(this.table.folder)
  }

  placementOf(path: string): Placement | SetAside {
    const found = this.finder.find(path.slice(this.table.folder.length))
    if (found === undefined) {
      this.example ??= path
      return { code: 'image_unlabelled', detail: `${this.table.path} does not name the image.` }
    }
    const row = this.rows[found.row]
    if (row === undefined) return { code: 'image_unlabelled', detail: `${this.table.path} does not name the image.` }
    if (this.found[found.row] === 1 && found.loose) throw ambiguous(row, path)
    this.found[found.row] = 1
    if (row.conflict !== undefined) return { code: 'label_conflict', detail: row.conflict }
    if (row.label === undefined)
      return { code: 'label_missing', detail: row.unlabelled ?? `${row.where} gives no class.` }
    return { label: row.label, split: row.split ?? this.splitOfFolder(path), group: row.group }
  }

  /** @throws AppError `dataset_layout` where too many of the files are not there. */
  missing(): Row[] {
    const missing = this.rows.filter((_, i) => this.found[i] === 0)
    if (missing.length <= this.rows.length * MAX_MISSING_FRACTION) return missing
    const first = missing.slice(0, MAX_NAMED).map(({ file }) => printable(file))
    const all = missing.length === this.rows.length ? 'all' : String(missing.length)
    const example =
      this.example === undefined
        ? ''
        : ` An image that it does not name is ${printable(this.example.slice(this.table.folder.length))}.`
    throw new AppError(
      'dataset_layout',
      `${this.table.path} names ${this.rows.length} files, of which ${all} are not there, first ${first.join(', ')}. Paths are relative to the folder of the table.${example}`,
    )
  }

  /** One row per file; one that contradicts another is marked. */
  private withoutRepeats(rows: readonly LabelRow[]): Row[] {
    const byFile = new Map<string, Row>()
    for (const row of rows) {
      const first = byFile.get(row.file)
      if (first === undefined) byFile.set(row.file, { ...row })
      else if (first.label !== row.label || first.split !== row.split) {
        if (first.conflict === undefined) this.conflicts.push(first)
        first.conflict ??= contradiction(first, row)
      }
    }
    return [...byFile.values()]
  }

  /** Where the table has no splits, the split folder in which an image is. */
  private splitOfFolder(path: string): Placement['split'] {
    if (this.table.hasSplits) return undefined
    const folders = path.split('/').slice(0, -1)
    return folders.map(splitNamed).find((split) => split !== undefined)
  }
}

function contradiction(first: LabelRow, second: LabelRow): string {
  const say = ({ label, split }: LabelRow): string =>
    `${label === undefined ? 'no class' : JSON.stringify(printable(label, 80))}${split === undefined ? '' : ` in ${split}`}`
  return `${first.where} says ${say(first)}, ${second.where.slice(second.where.lastIndexOf(', ') + 2)} says ${say(second)}.`
}

const ambiguous = (row: LabelRow, path: string): AppError =>
  new AppError(
    'dataset_layout',
    `${row.where} names ${printable(row.file)}, and there are several such files, one of them ${printable(path)}. Give paths relative to the folder of the table.`,
  )

/** Places images by tables of labels: one for all images, or one in each split folder. */
export function layoutByTables(tables: readonly LabelTable[], notes: readonly string[]): Layout {
  const placed = tables.map((table) => new PlacedTable(table))
  return {
    placementOf(path) {
      const table = placed.find((candidate) => candidate.covers(path))
      return (
        table?.placementOf(path) ?? {
          code: 'image_unlabelled',
          detail: `The image is in no folder that has a table of labels; ${tables.map((each) => each.path).join(', ')} ${tables.length === 1 ? 'is' : 'are'} used.`,
        }
      )
    },
    finish(): LayoutFindings {
      const missing = placed.flatMap((table) =>
        table
          .missing()
          .map((row) => ({
            file: table.table.folder + row.file,
            detail: `${row.where} names the file, which is not there.`,
          })),
      )
      return { warnings: [...notes, ...placed.flatMap(warningsOf), ...missingWarning(missing)], missing }
    },
  }
}

function warningsOf({ table, conflicts }: PlacedTable): string[] {
  if (conflicts.length === 0) return table.warnings
  const [first] = conflicts
  return [
    ...table.warnings,
    `${table.path} contradicts itself on ${conflicts.length === 1 ? 'a file, which was' : `${conflicts.length} files, which were`} set aside; first ${printable(first?.file ?? '', 80)}: ${first?.conflict ?? ''}`,
  ]
}

function missingWarning(missing: readonly { file: string }[]): string[] {
  const [first] = missing
  if (first === undefined) return []
  return [
    `${missing.length === 1 ? 'A file that the table of labels names is' : `${missing.length} files that the table of labels names are`} not there, first ${printable(first.file, 80)}.`,
  ]
}
