import { AppError } from '../../errors.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import { isStorable, printable } from '../text.ts'
import type { FileIndex } from './file-index.ts'
import type { Folder } from './folder-tree.ts'
import type { Layout, LayoutOptions, Placement, SetAside } from './layout.ts'
import { AMBIGUOUS, folderSplit, matchRows, mayName, NOT_FOUND } from './match-rows.ts'
import { rowLabel } from './row-label.ts'
import { rowPath } from './row-path.ts'
import { SPLIT_WORDS, splitNamed } from './split-words.ts'
import { columnsOf, indicated, noLabelColumn, type Columns } from './table-columns.ts'
import { tableRows, type TableRows } from './table-rows.ts'

/** A table of labels that was read. */
export interface Table {
  path: string
  rows: TableRows
  columns: Columns
  /** What the name of the table says. */
  split: Split | undefined
  /** Of the table, to which its paths are relative. */
  folder: Folder
}

const NONE = -1
const MAX_MISSING = 1000
const MAX_SHOWN = 80
const MAX_NAMED = 5
const NO_SPLIT_WORDS = new Set(['', 'nan', 'none', 'null', '<na>', 'unassigned'])

/** @throws AppError `dataset_layout` where the table has no columns for files and classes. */
export function readTable(
  { path, text, split, folder }: { path: string; text: string; split: Split | undefined; folder: Folder },
  files: FileIndex,
  options: LayoutOptions,
): Table {
  const rows = tableRows(path, text)
  const isImage = (value: string): boolean => mayName(files, rowPath(value))
  const columns = columnsOf(path, rows, { groupBy: options.groupBy, isImage })
  if (columns.label === undefined && columns.classes.length === 0) throw noLabelColumn(path, rows.header)
  return { path, rows, columns, split, folder }
}

/** Places images by tables; holds 16 bytes per image. */
export class TableLayout implements Layout {
  readonly warnings: string[] = []
  readonly missing: { count: number; files: { file: string; detail: string }[] } = { count: 0, files: [] }
  private readonly files: FileIndex
  private readonly options: LayoutOptions
  private readonly labels: string[] = []
  private readonly labelIds = new Map<string, number>()
  private readonly groups: string[] = []
  private readonly groupIds = new Map<string, number>()
  private readonly label: Int32Array
  private readonly split: Int8Array
  private readonly group: Int32Array
  private readonly row: Int32Array
  private readonly setAside = new Map<number, SetAside>()
  private readonly moved = new Set<number>()
  private readonly movedNames: string[] = []
  private matched = 0
  private multiple = 0
  private names = ''

  constructor(files: FileIndex, options: LayoutOptions) {
    this.files = files
    this.options = options
    this.label = new Int32Array(files.count).fill(NONE)
    this.split = new Int8Array(files.count).fill(NONE)
    this.group = new Int32Array(files.count).fill(NONE)
    this.row = new Int32Array(files.count)
  }

  get classNames(): readonly string[] {
    return this.labels
  }

  /** @throws AppError `dataset_layout` for a value that cannot be read, or where no file of the table is there. */
  add(table: Table, bases: readonly Folder[]): void {
    const { path, rows, columns, split } = table
    const matches = matchRows(rows, columns.file, { files: this.files, bases: [table.folder, ...bases], split })
    for (const { name } of columns.classes) this.idOf(name.normalize('NFC'))
    const [missing, multiple, matched] = [this.missing.count, this.multiple, this.matched]
    let index = 0
    rows.read((values, row) => this.addRow(table, values, { row, image: matches[index++] ?? NOT_FOUND }))
    this.names = this.names === '' ? path : `${this.names}, ${path}`
    this.warnings.push(...columns.notes)
    const [first] = this.missing.files.slice(missing)
    if (this.matched === matched && first !== undefined)
      throw new AppError(
        'dataset_layout',
        `${path} names ${this.missing.count - missing} files and none of them is there, first ${printable(first.file)}. Paths are relative to the folder of the table.`,
      )
    if (this.multiple - multiple > (this.matched - matched) / 2)
      throw new AppError(
        'dataset_layout',
        `${path} gives ${this.multiple - multiple} of ${this.matched - matched} images several classes; one class per image is expected.`,
      )
  }

  /** Adds the warnings that need all tables. */
  complete(): void {
    if (this.missing.count > 0)
      this.warnings.push(
        `${this.names} ${this.names.includes(', ') ? 'name' : 'names'} ${this.missing.count} ${this.missing.count === 1 ? 'file that is' : 'files that are'} not there, first ${printable(this.missing.files[0]?.file ?? '')}.`,
      )
    if (this.moved.size > 0)
      this.warnings.push(
        `Tables put ${this.moved.size} ${this.moved.size === 1 ? 'image' : 'images'} into two splits (${this.movedNames.join(', ')}): of train, val and test the last one keeps each.`,
      )
    let unnamed = 0
    for (let image = 0; image < this.files.count; image++)
      if (this.label[image] === NONE && !this.setAside.has(image)) unnamed++
    if (unnamed > 0)
      this.warnings.push(
        `${unnamed === 1 ? '1 image is' : `${unnamed} images are`} named by no row of ${this.names} and ${unnamed === 1 ? 'was' : 'were'} set aside.`,
      )
    const codes: [SetAside['code'], string][] = [
      ['label_missing', 'have no label in a table (empty, or nan)'],
      ['label_conflict', 'have several rows with different classes'],
      ['label_multiple', 'have several classes in one row'],
    ]
    for (const [code, what] of codes) {
      const details = [...this.setAside.values()].filter((reason) => reason.code === code)
      if (details.length > 0)
        this.warnings.push(`${details.length} images ${what} and were set aside, first: ${details[0]?.detail ?? ''}`)
    }
  }

  placementOf(path: string): Placement | SetAside {
    const image = this.files.numberOf(path)
    const reason = this.setAside.get(image)
    if (reason !== undefined) return reason
    const label = this.labels[this.label[image] ?? NONE]
    if (label === undefined)
      return { code: 'image_unlabelled', detail: `No row of ${printable(this.names)} names the image.` }
    const split = SPLITS[this.split[image] ?? NONE] ?? folderSplit(this.files.folderOfImage(image))
    return { label, split, group: this.groupOf(image, path) }
  }

  private groupOf(image: number, path: string): string | undefined {
    if (this.options.groupBy === 'folder') return path.split('/').at(-2)
    return this.groups[this.group[image] ?? NONE]
  }

  private addRow(table: Table, values: readonly string[], { row, image }: { row: number; image: number }): void {
    const { path, columns } = table
    const where = `${path}, row ${row}`
    const file = values[columns.file] ?? ''
    if (file === '' || !isStorable(file))
      throw new AppError(
        'dataset_layout',
        `${where}: the file must be a path, not ${printable(JSON.stringify(file), MAX_SHOWN)}.`,
      )
    if (image < 0) return this.addMissing(file, where, image)
    this.matched++
    const label = rowLabel(values, columns, where)
    const given = this.splitOf(table, values, where)
    if (typeof label !== 'string') {
      if (label.code === 'label_multiple') this.multiple++
      this.setAside.set(image, label)
      return
    }
    const id = this.idOf(label)
    const known = this.label[image] ?? NONE
    if (known !== NONE && known !== id) {
      const detail = `${where} gives ${printable(file)} the class ${printable(label, MAX_SHOWN)}, and row ${this.row[image]} the class ${printable(this.labels[known] ?? '', MAX_SHOWN)}.`
      this.setAside.set(image, { code: 'label_conflict', detail })
      return
    }
    this.label[image] = id
    if (known === NONE) this.row[image] = row
    if (given !== undefined) this.give(image, given, file)
    if (columns.group !== undefined) this.setGroup(image, values[columns.group] ?? '')
  }

  private addMissing(file: string, where: string, image: number): void {
    this.missing.count++
    if (this.missing.files.length >= MAX_MISSING) return
    const why = image === AMBIGUOUS ? 'more than one file of this name is there' : 'the file is not there'
    this.missing.files.push({ file: printable(file), detail: `${where} names the file, but ${why}.` })
  }

  private splitOf({ columns, split }: Table, values: readonly string[], where: string): Split | undefined {
    if (columns.isVal !== undefined) return indicated(values[columns.isVal] ?? '') === true ? 'val' : 'train'
    const text = columns.split === undefined ? '' : (values[columns.split] ?? '')
    if (NO_SPLIT_WORDS.has(text.toLowerCase())) return columns.split === undefined ? split : undefined
    const given = splitNamed(text)
    if (given === undefined)
      throw new AppError(
        'dataset_layout',
        `${where}: the split is ${printable(JSON.stringify(text), MAX_SHOWN)}; one of ${SPLIT_WORDS} is expected.`,
      )
    return given
  }

  private give(image: number, split: Split, file: string): void {
    const index = SPLITS.indexOf(split)
    const known = this.split[image] ?? NONE
    if (known !== NONE && known !== index) {
      if (this.options.leakage === 'refuse')
        throw new AppError(
          'split_leakage',
          `The tables put ${printable(file)} into ${SPLITS[known]} and ${split}. Every image may be in one split only.`,
        )
      if (this.movedNames.length < MAX_NAMED) this.movedNames.push(printable(file, MAX_SHOWN))
      this.moved.add(image)
    }
    this.split[image] = Math.max(known, index)
  }

  private setGroup(image: number, name: string): void {
    if (NO_SPLIT_WORDS.has(name.toLowerCase())) return
    const id = this.groupIds.get(name) ?? this.groups.push(name) - 1
    this.groupIds.set(name, id)
    this.group[image] = id
  }

  private idOf(label: string): number {
    const id = this.labelIds.get(label) ?? this.labels.push(label) - 1
    this.labelIds.set(label, id)
    return id
  }
}
