import { parse } from 'csv-parse/sync'
import { AppError } from '../errors.ts'
import { SPLITS, type Split } from '../job-spec/splits.ts'
import type { SourceLimits } from './source/budget.ts'
import { isStorable, printable } from './text.ts'

/** What a path says about an image; `split` is undefined where the data set does not say. */
export interface Placement {
  label: string
  split: Split | undefined
}

const SPLIT_NAMES: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['test', 'test'],
])

const splitNamed = (name: string): Split | undefined => SPLIT_NAMES.get(name.toLowerCase())

export const isLabelFile = (path: string): boolean => /(^|\/)labels\.(csv|jsonl)$/i.test(path)

/**
 * Places every image by folder (`class/file`, `split/class/file`, either under one more common folder) or by a label file.
 * @returns for each path its placement, or undefined where the layout says nothing of it.
 * @throws AppError `dataset_layout` when no layout fits.
 */
export function placeImages(
  paths: readonly string[],
  labelFile: { path: string; text: string } | undefined,
): Map<string, Placement | undefined> {
  if (labelFile !== undefined) return placeByLabels(paths, labelFile)
  const whole = paths.map((path) => path.split('/'))
  const shared = commonFolders(whole)
  const parts = whole.map((path) => path.slice(shared))
  const inFolders = parts.filter((part) => part.length >= 2)
  const bySplit =
    inFolders.some((part) => part.length >= 3) && inFolders.every(([top = '']) => splitNamed(top) !== undefined)
  if (inFolders.length === 0)
    throw new AppError(
      'dataset_layout',
      'The images lie in no class folders, and there is no labels.csv or labels.jsonl.',
    )
  return new Map(
    paths.map((path, i) => {
      const part = parts[i] ?? []
      const [top = '', second = ''] = part
      if (part.length < (bySplit ? 3 : 2)) return [path, undefined]
      return [path, bySplit ? { label: second, split: splitNamed(top) } : { label: top, split: undefined }]
    }),
  )
}

/** How many folders all images share beyond what the layout needs; each part of a path is looked at once. */
function commonFolders(paths: readonly (readonly string[])[]): number {
  for (let depth = 0; ; depth++) {
    const first = paths[0]?.[depth] ?? ''
    const nested =
      paths.every((parts) => parts.length - depth >= 2 && parts[depth] === first) &&
      paths.some((parts) => parts.length - depth >= 3)
    if (!nested || splitNamed(first) !== undefined) return depth
  }
}

interface LabelRow {
  file?: unknown
  label?: unknown
  split?: unknown
}

function placeByLabels(
  paths: readonly string[],
  { path: labelPath, text }: { path: string; text: string },
): Map<string, Placement | undefined> {
  const folder = labelPath.slice(0, labelPath.lastIndexOf('/') + 1)
  const rows = labelPath.toLowerCase().endsWith('.csv') ? csvRows(labelPath, text) : jsonRows(labelPath, text)
  const placements = new Map<string, Placement>()
  rows.forEach((row: unknown, i) => {
    const where = `${labelPath}, row ${i + 1}`
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new AppError(
        'dataset_layout',
        `${where}: an object with \`file\` and \`label\` is expected, not ${printable(JSON.stringify(row), 80)}.`,
      )
    const { file, label, split } = row as LabelRow
    if (typeof file !== 'string' || file === '')
      throw new AppError('dataset_layout', `${where}: \`file\` must be a path.`)
    if ((typeof label !== 'string' && typeof label !== 'number') || label === '')
      throw new AppError('dataset_layout', `${where}: \`label\` must be a class name.`)
    const given =
      split === undefined || split === null || split === ''
        ? undefined
        : typeof split === 'string'
          ? splitNamed(split)
          : undefined
    if (given === undefined && split !== undefined && split !== null && split !== '')
      throw new AppError(
        'dataset_layout',
        `${where}: \`split\` is ${printable(JSON.stringify(split), 80)}; one of ${SPLITS.join(', ')} is expected.`,
      )
    const name = String(label)
    if (!isStorable(name))
      throw new AppError(
        'dataset_layout',
        `${where}: the class name ${printable(name, 80)} has control characters or broken Unicode.`,
      )
    placements.set(folder + file, { label: name, split: given })
  })
  const known = new Set(paths)
  const missing = [...placements.keys()].filter((path) => !known.has(path))
  if (missing.length > 0)
    throw new AppError(
      'dataset_layout',
      `${labelPath} names ${missing.length} files that are not there, first ${printable(missing[0] ?? '')}.`,
    )
  return new Map(paths.map((path) => [path, placements.get(path)]))
}

function csvRows(path: string, text: string): unknown[] {
  try {
    return parse(text, {
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      trim: true,
      bom: true,
    })
  } catch (cause) {
    throw new AppError(
      'dataset_layout',
      `${path} is not CSV with a header: ${cause instanceof Error ? printable(cause.message) : ''}.`,
      { cause },
    )
  }
}

function jsonRows(path: string, text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      try {
        return JSON.parse(line) as unknown
      } catch (cause) {
        throw new AppError('dataset_layout', `${path}, line ${i + 1} is not JSON.`, { cause })
      }
    })
}

/**
 * Refuses classes that are too many, or whose names are too long, one by one or together.
 * @throws AppError `dataset_layout` that names the class and the bound.
 */
export function requireClasses(
  names: readonly string[],
  { classes, classNameLength, classNameBytes }: Pick<SourceLimits, 'classes' | 'classNameLength' | 'classNameBytes'>,
): void {
  if (names.length > classes)
    throw new AppError('dataset_layout', `The data set has ${names.length} classes; at most ${classes} are allowed.`)
  const long = names.find((name) => name.length > classNameLength)
  if (long !== undefined)
    throw new AppError(
      'dataset_layout',
      `The name of class ${printable(long, 80)} has ${long.length} characters; at most ${classNameLength} are allowed.`,
    )
  const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(name), 0)
  if (bytes > classNameBytes)
    throw new AppError(
      'dataset_layout',
      `The class names have ${bytes} bytes together, the first being ${printable(names[0] ?? '', 80)}; at most ${classNameBytes} are allowed.`,
    )
}
