import { parse } from 'csv-parse/sync'
import { AppError } from '../errors.ts'
import { SPLITS, type Split } from './packed.ts'

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
  const root = commonFolder(paths)
  const parts = paths.map((path) => path.slice(root.length).split('/'))
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

/** The folder that all images share beyond what the layout needs. */
function commonFolder(paths: readonly string[]): string {
  let root = ''
  for (;;) {
    const rest = paths.map((path) => path.slice(root.length).split('/'))
    const first = rest[0]?.[0] ?? ''
    const nested = rest.every((part) => part.length >= 2 && part[0] === first) && rest.some((part) => part.length >= 3)
    if (!nested || splitNamed(first) !== undefined) return root
    root += `${first}/`
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
  rows.forEach(({ file, label, split }, i) => {
    const where = `${labelPath}, row ${i + 1}`
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
        `${where}: \`split\` is ${JSON.stringify(split)}; one of ${SPLITS.join(', ')} is expected.`,
      )
    placements.set(folder + file, { label: String(label), split: given })
  })
  const known = new Set(paths)
  const missing = [...placements.keys()].filter((path) => !known.has(path))
  if (missing.length > 0)
    throw new AppError(
      'dataset_layout',
      `${labelPath} names ${missing.length} files that are not there, first ${missing[0]}.`,
    )
  return new Map(paths.map((path) => [path, placements.get(path)]))
}

function csvRows(path: string, text: string): LabelRow[] {
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
      `${path} is not CSV with a header: ${cause instanceof Error ? cause.message : ''}.`,
      { cause },
    )
  }
}

function jsonRows(path: string, text: string): LabelRow[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      try {
        return JSON.parse(line) as LabelRow
      } catch (cause) {
        throw new AppError('dataset_layout', `${path}, line ${i + 1} is not JSON.`, { cause })
      }
    })
}
