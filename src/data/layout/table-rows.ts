import { parse } from 'csv-parse/sync'
import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'
import { namesFiles } from './table-columns.ts'

/** A table as cells; values of JSON are texts. */
export interface Cells {
  header: string[]
  rows: string[][]
  /** What a row is called in messages, such as `row 3` or `line 3`. */
  rowName: (index: number) => string
}

const DELIMITERS = [',', ';', '\t', '|']
const MAX_DETAIL = 200

/**
 * @param path says by its extension whether it is JSON, JSON Lines or separated values.
 * @throws AppError `dataset_layout`
 */
export function readCells(path: string, text: string): Cells {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  if (extension === 'jsonl' || extension === 'ndjson') return fromObjects(path, jsonLines(path, text), 'line')
  if (extension === 'json') return fromObjects(path, jsonArray(path, text), 'item')
  return separated(path, text)
}

function separated(path: string, text: string): Cells {
  const declared = /^sep=(.)\r?\n/i.exec(text)
  const body = declared === null ? text : text.slice(declared[0].length)
  const delimiter = declared?.[1] ?? guessDelimiter(path, body)
  const [header = [], ...rows] = parseCsv(path, body, delimiter)
  if (header.length === 0) throw new AppError('dataset_layout', `${path} is empty; a header and rows are expected.`)
  const wrong = rows.findIndex((row) => row.length !== header.length)
  if (wrong !== -1)
    throw new AppError(
      'dataset_layout',
      `${path}, row ${wrong + 1} has ${rows[wrong]?.length ?? 0} fields (${printable((rows[wrong] ?? []).join(delimiter), 80)}); the header has ${header.length}. Put quotes around values that hold ${JSON.stringify(delimiter)}.`,
    )
  return { header, rows, rowName: (index) => `row ${index + 1}` }
}

/** The delimiter under which the header names a column of files, else the one that makes most columns. */
function guessDelimiter(path: string, text: string): string {
  const options = DELIMITERS.map((delimiter) => ({
    delimiter,
    header: parseCsv(path, text, delimiter, 1)[0] ?? [],
  })).filter(({ header }) => header.length > 1)
  const named = options.find(({ header }) => namesFiles(header))
  return (named ?? options.sort((a, b) => b.header.length - a.header.length)[0])?.delimiter ?? ','
}

function parseCsv(path: string, text: string, delimiter: string, to?: number): string[][] {
  try {
    return parse(text, {
      delimiter,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      ...(to === undefined ? {} : { to, relax_quotes: true }),
    })
  } catch (cause) {
    throw new AppError(
      'dataset_layout',
      `${path} is no table of separated values: ${cause instanceof Error ? printable(cause.message, MAX_DETAIL) : ''}.`,
      { cause },
    )
  }
}

function jsonLines(path: string, text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => parseJson(line, `${path}, line ${i + 1}`))
}

function jsonArray(path: string, text: string): unknown[] {
  const value = parseJson(text, path)
  if (!Array.isArray(value))
    throw new AppError('dataset_layout', `${path}: a list of objects, one per image, is expected.`)
  return value.map(flattenTask)
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new AppError('dataset_layout', `${where} is not JSON.`, { cause })
  }
}

/** Keys that Label Studio's exports have. */
interface Json {
  data?: unknown
  annotations?: unknown
  was_cancelled?: unknown
  result?: unknown
  value?: unknown
  choices?: unknown
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** A task of Label Studio's full export, with its first choice, as its short export has it; anything else as it is. */
function flattenTask(item: unknown): unknown {
  if (!isObject(item) || !isObject(item.data) || !Array.isArray(item.annotations)) return item
  const choices = listOf(item.annotations)
    .filter(isObject)
    .filter((annotation) => annotation.was_cancelled !== true)
    .flatMap(({ result }) => listOf(result))
    .filter(isObject)
    .flatMap(({ value }) => (isObject(value) ? listOf(value.choices) : []))
  return { ...item.data, choice: choices.length > 1 ? { choices } : (choices[0] ?? '') }
}

/** Several classes of one image, where one is expected. */
export const SEVERAL = '\u0001'

function fromObjects(path: string, objects: unknown[], unit: 'line' | 'item'): Cells {
  const rowName = (index: number): string => `${unit} ${index + 1}`
  const wrong = objects.findIndex((object) => !isObject(object))
  if (wrong !== -1)
    throw new AppError(
      'dataset_layout',
      `${path}, ${rowName(wrong)}: an object with \`file\` and \`label\` is expected, not ${printable(JSON.stringify(objects[wrong]), 80)}.`,
    )
  const records = objects as Readonly<Record<string, unknown>>[]
  const header = [...new Set(records.flatMap((record) => Object.keys(record)))]
  if (header.length === 0)
    throw new AppError('dataset_layout', `${path} is empty; objects with \`file\` and \`label\` are expected.`)
  return { header, rows: records.map((record) => header.map((name) => cellOf(record[name]))), rowName }
}

function cellOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(Number.isNaN(value) ? '' : value)
  if (Array.isArray(value) && value.length === 1) return cellOf(value[0])
  const choices = isObject(value) ? listOf(value.choices) : listOf(value)
  if (choices.length === 1) return cellOf(choices[0])
  return choices.length > 1 ? SEVERAL + choices.map(cellOf).join(', ') : ''
}
