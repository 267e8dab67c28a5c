import { AppError } from '../../errors.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import { isStorable, printable } from '../text.ts'
import { splitNamed, SPLIT_WORDS } from './split-words.ts'
import { readHeader, type Columns } from './table-columns.ts'
import { readCells, SEVERAL, type Cells } from './table-rows.ts'
import { decodeTable } from './table-text.ts'

/** A row with a class, or the reason why it has none. */
export interface LabelRow {
  /** As the table has it, with `/` between the parts and Unicode composed. */
  file: string
  label: string | undefined
  /** Why there is no label. */
  unlabelled?: string
  split: Split | undefined
  group: string | undefined
  /** Such as `row 3`. */
  where: string
}

export interface LabelTable {
  /** Of the table in the data set. */
  path: string
  /** The folder it is in, with a slash at its end; empty for the root. */
  folder: string
  rows: LabelRow[]
  hasSplits: boolean
  warnings: string[]
}

/** What pandas, NumPy and Excel write where a value is missing; other words for it may be classes. */
const MISSING = new Set(['nan', 'NaN', 'None', 'NULL', '<NA>', '#N/A', '#NA', '<nan>'])
const NO_SPLIT = new Set(['', 'unassigned', ...[...MISSING].map((word) => word.toLowerCase())])
const MAX_NAMED_CLASSES = 5

/**
 * Reads a table of labels: separated values, JSON or JSON Lines, by its header.
 * @throws AppError `dataset_layout` that names file, row and columns.
 */
export function readLabelTable(path: string, data: Buffer): LabelTable {
  const { text, guessed } = decodeTable(data)
  const cells = readCells(path, text)
  const columns = readHeader(
    cells.header,
    (index) => cells.rows.length > 0 && cells.rows.every((row) => indicator(row[index]) !== undefined),
  )
  if (typeof columns === 'string') throw new AppError('dataset_layout', `${path}: ${columns}`)
  const rows = cells.rows.map((row, i) => readRow(row, columns, `${path}, ${cells.rowName(i)}`))
  return {
    path,
    folder: path.slice(0, path.lastIndexOf('/') + 1),
    rows,
    hasSplits: rows.some(({ split }) => split !== undefined),
    warnings: [...encodingWarning(path, guessed), ...missingWarning(path, cells, columns)],
  }
}

function encodingWarning(path: string, guessed: string | undefined): string[] {
  if (guessed === undefined) return []
  return [
    `${path} is not UTF-8; it was read as ${guessed}, after the look of its words. Check the names of the classes, or save it as UTF-8.`,
  ]
}

function missingWarning(path: string, { rows }: Cells, { label }: Columns): string[] {
  if (label === undefined) return []
  const missing = rows.filter((row) => MISSING.has(row[label] ?? ''))
  const [word] = missing[0]?.slice(label, label + 1) ?? []
  if (word === undefined) return []
  return [
    `${path}: ${missing.length} ${missing.length === 1 ? 'label is' : 'labels are'} ${word}, which stands for a missing value: no class was made of it.`,
  ]
}

function readRow(row: readonly string[], columns: Columns, where: string): LabelRow {
  const file = (row[columns.file] ?? '')
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .normalize('NFC')
  if (file === '') throw new AppError('dataset_layout', `${where}: \`file\` must be a path, and is empty.`)
  const label = columns.label === undefined ? oneHot(row, columns) : row[columns.label]
  const group = columns.group === undefined ? '' : (row[columns.group] ?? '')
  return {
    file,
    ...labelOf(label ?? '', where),
    split: columns.split === undefined ? undefined : splitOf(row[columns.split] ?? '', where),
    group: group === '' ? undefined : group,
    where,
  }
}

function labelOf(text: string, where: string): Pick<LabelRow, 'label' | 'unlabelled'> {
  if (text.startsWith(SEVERAL))
    return {
      label: undefined,
      unlabelled: `${where} gives several classes, ${printable(text.slice(1), 80)}; one is expected.`,
    }
  if (text === '') return { label: undefined, unlabelled: `${where} gives no class.` }
  if (MISSING.has(text))
    return { label: undefined, unlabelled: `${where} gives ${text} as its label, which stands for a missing value.` }
  if (!isStorable(text))
    throw new AppError(
      'dataset_layout',
      `${where}: the class name ${printable(text, 80)} has control characters or broken Unicode.`,
    )
  return { label: text.normalize('NFC') }
}

function splitOf(text: string, where: string): Split | undefined {
  if (NO_SPLIT.has(text.toLowerCase())) return undefined
  const split = splitNamed(text)
  if (split !== undefined) return split
  throw new AppError(
    'dataset_layout',
    `${where}: \`split\` is ${printable(JSON.stringify(text), 80)}; one of ${SPLITS.join(', ')} is expected (also read: ${SPLIT_WORDS}).`,
  )
}

/** 0 or 1, however it is written; undefined for anything else. */
function indicator(cell: string | undefined): 0 | 1 | undefined {
  if (cell === undefined) return undefined
  if (/^(?:0(?:\.0*)?|false)$/i.test(cell)) return 0
  return /^(?:1(?:\.0*)?|true)$/i.test(cell) ? 1 : undefined
}

function oneHot(row: readonly string[], { classes }: Columns): string {
  const names = classes.filter(({ index }) => indicator(row[index]) === 1).map(({ name }) => name)
  if (names.length <= 1) return names[0] ?? ''
  const shown = names.slice(0, MAX_NAMED_CLASSES).join(', ')
  return SEVERAL + (names.length > MAX_NAMED_CLASSES ? `${shown}, …` : shown)
}
