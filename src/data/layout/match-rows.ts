import type { FileIndex } from './file-index.ts'
import type { Folder } from './folder-tree.ts'
import { commonEnd, commonStart, rowPath, walk, type RowPath } from './row-path.ts'
import { splitNamed } from './split-words.ts'
import type { TableRows } from './table-rows.ts'

export const NOT_FOUND = -1
export const AMBIGUOUS = -2
/** A way to read paths is taken if it finds so many of the rows' files, before another one that may find more. */
const MIN_FOUND = 0.5

export interface MatchContext {
  files: FileIndex
  /** Folders that paths may be relative to, the folder of the table first. */
  bases: readonly Folder[]
  /** The split that the table is of; images of its folder are meant before others of the same name. */
  split: string | undefined
}

/**
 * Finds the image of each row. All rows of a table are read in one way: relative to the table, to the data set, or by the ends of paths, where
 * a start that all rows share and that is not there counts for nothing, such as a folder of another computer.
 * @returns the number of an image per row, `NOT_FOUND` or `AMBIGUOUS`.
 */
export function matchRows(rows: TableRows, column: number, context: MatchContext): Int32Array {
  let shared: readonly string[] | undefined
  let count = 0
  rows.read((values) => {
    const { folders } = rowPath(values[column] ?? '')
    shared = shared === undefined ? folders : shared.slice(0, commonStart(shared, folders))
    count++
  })
  const foreign = shared?.length ?? 0
  const ways = [
    ...context.bases.map((base) => (path: RowPath) => relativeTo(base, path, context)),
    (path: RowPath) => byEnd(path, foreign, context),
  ]
  let best: { matches: Int32Array; found: number } = { matches: new Int32Array(count).fill(NOT_FOUND), found: 0 }
  for (const way of ways) {
    const matches = new Int32Array(count)
    let [row, found] = [0, 0]
    rows.read((values) => {
      const match = way(rowPath(values[column] ?? ''))
      if (match !== NOT_FOUND) found++
      matches[row++] = match
    })
    if (found > best.found) best = { matches, found }
    if (best.found >= MIN_FOUND * count) break
  }
  return best.matches
}

function relativeTo(base: Folder, { folders, name, original }: RowPath, { files }: MatchContext): number {
  const folder = walk(base, folders)
  if (folder === undefined || name === '') return NOT_FOUND
  const found = files.inFolder(folder, name)
  return only(found.length > 0 || original === undefined ? found : files.inFolder(folder, original))
}

function byEnd({ folders, name, original }: RowPath, foreign: number, { files, split }: MatchContext): number {
  const candidates = namedImages(files, { name, original })
    .map((image) => ({ image, common: commonEnd(files.folderOfImage(image), folders) }))
    .filter(({ common }) => folders.length - common <= foreign)
  const most = Math.max(...candidates.map(({ common }) => common))
  const closest = candidates.filter(({ common }) => common === most).map(({ image }) => image)
  const ofSplit = closest.filter((image) => split !== undefined && folderSplit(files.folderOfImage(image)) === split)
  return only(files.exactFirst(ofSplit.length > 0 ? ofSplit : closest, name))
}

/** Images of any folder that the end of a path may mean. */
function namedImages(files: FileIndex, { name, original }: Pick<RowPath, 'name' | 'original'>): number[] {
  if (name === '') return []
  const named = files.named(name)
  return named.length > 0 || original === undefined ? named : files.named(original)
}

export const mayName = (files: FileIndex, path: RowPath): boolean => namedImages(files, path).length > 0

const only = (images: readonly number[]): number => (images.length > 1 ? AMBIGUOUS : (images[0] ?? NOT_FOUND))

/** The split that the topmost folder with such a name around an image says. */
export function folderSplit(folder: Folder): ReturnType<typeof splitNamed> {
  const above = folder.parent === undefined ? undefined : folderSplit(folder.parent)
  return above ?? splitNamed(folder.name)
}
