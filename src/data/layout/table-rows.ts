import { parse } from 'csv-parse/sync'
import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'

const DELIMITERS = [',', ';', '\t', '|']
const MAX_HEADER = 100_000
const MAX_SHOWN = 80

/** The rows of a table, read as often as needed without being held. */
export interface TableRows {
  header: readonly string[]
  /** Calls `each` for every row, from row 1, with a value per column of the header; empty for what a row lacks. */
  read(each: (values: readonly string[], row: number) => void): void
}

/**
 * Reads a .csv, .tsv, .jsonl, .ndjson or .json table.
 * @throws AppError `dataset_layout` that names the file and the row.
 */
export function tableRows(path: string, text: string): TableRows {
  if (/\.(?:jsonl|ndjson)$/i.test(path)) return objectRows(path, jsonLines(path, text))
  if (/\.json$/i.test(path)) return objectRows(path, jsonArray(path, text))
  return separatedRows(path, text)
}

function separatedRows(path: string, text: string): TableRows {
  const declared = /^\s*"?sep=(.|\\t)"?[^\S\n]*(?:\r\n|\r|\n)/i.exec(text)
  const body = declared === null ? text : text.slice(declared[0].length)
  const delimiter = declared?.[1] === '\\t' ? '\t' : (declared?.[1] ?? delimiterOf(body))
  const read = (each: (values: string[]) => void, toLine = Infinity): void => {
    try {
      parse(body, {
        delimiter,
        // Some tables have several.
        record_delimiter: ['\r\n', '\n', '\r'],
        bom: true,
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        relax_quotes: true,
        ...(toLine === Infinity ? {} : { to: toLine }),
        on_record: (record: string[]) => {
          if (record.some((value) => value !== '')) each(record)
          return null
        },
      })
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      const reason = cause instanceof Error ? printable(cause.message) : ''
      throw new AppError('dataset_layout', `${path} is not a table of separated values: ${reason}.`, { cause })
    }
  }
  let header: string[] = []
  read((record) => (header = record), 1)
  return {
    header,
    read(each) {
      let row = -1
      read((values) => {
        row++
        if (row > 0) each(values, row)
      })
    },
  }
}

/** The delimiter that the first line has most of, outside of quotes. */
function delimiterOf(text: string): string {
  const line = /\S[^\r\n]*/.exec(text.slice(0, MAX_HEADER))?.[0].replaceAll(/"[^"]*"/g, '') ?? ''
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

type JsonRow = Record<string, unknown>

function objectRows(path: string, values: readonly { value: unknown; row: number }[]): TableRows {
  const columns = new Map<string, number>()
  for (const { value, row } of values) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new AppError(
        'dataset_layout',
        `${path}, row ${row}: an object such as {"file": "a.png", "label": "cat"} is expected, not ${printable(JSON.stringify(value), MAX_SHOWN)}.`,
      )
    for (const key of Object.keys(value)) if (!columns.has(key)) columns.set(key, columns.size)
  }
  const header = [...columns.keys()]
  return {
    header,
    read(each) {
      for (const { value, row } of values)
        each(
          header.map((key) => cell((value as JsonRow)[key])),
          row,
        )
    },
  }
}

/** Objects and lists stay JSON, which labels may be; images of Hugging Face are objects with a path. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'object' && 'path' in value && typeof value.path === 'string') return value.path.trim()
  return JSON.stringify(value)
}

function jsonLines(path: string, text: string): { value: unknown; row: number }[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line, i) => {
      if (line.trim() === '') return []
      try {
        return [{ value: JSON.parse(line) as unknown, row: i + 1 }]
      } catch (cause) {
        throw new AppError('dataset_layout', `${path}, line ${i + 1} is not JSON.`, { cause })
      }
    })
}

function jsonArray(path: string, text: string): { value: unknown; row: number }[] {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new AppError('dataset_layout', `${path} is not JSON.`, { cause })
  }
  if (!Array.isArray(value))
    throw new AppError('dataset_layout', `${path} is no list of objects such as {"image": "a.png", "choice": "cat"}.`)
  return value.map((entry: unknown, i) => ({ value: entry, row: i + 1 }))
}
