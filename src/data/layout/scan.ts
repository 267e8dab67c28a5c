import { AppError } from '../../errors.ts'
import { firstFew, printable } from '../text.ts'
import { FileIndex } from './file-index.ts'
import { FolderTree, folderOf, type Folder } from './folder-tree.ts'
import { dataRoot, layoutByFolders } from './folders.ts'
import type { Layout, LayoutOptions } from './layout.ts'
import { tableName, type TableName } from './table-names.ts'
import { splitNamed } from './split-words.ts'
import { decodeTable } from './table-text.ts'
import { readTable, TableLayout, type Table } from './tables.ts'

const MAX_TABLES = 100

/** Takes in what a data set has, in any order, and then tells where its images belong. Holds folders and tables, and no paths of images. */
export interface LayoutScan {
  /** An image, whether or not it can be read. */
  image(path: string): void
  folder(path: string): void
  /** @returns whether the file may be a table of labels, by its name. */
  table(path: string, data: Buffer): boolean
  /**
   * @param unread files that may list classes in a form that is not read, for the error where none are found
   * @throws AppError `dataset_layout` that says what was found and what would be right; `split_leakage` if it is to be refused.
   */
  finish(options?: LayoutOptions, unread?: readonly string[]): Layout
}

interface FoundTable {
  path: string
  data: Buffer
  name: TableName
}

export function createLayoutScan(): LayoutScan {
  const tree = new FolderTree()
  const files = new FileIndex(tree)
  const tables: FoundTable[] = []
  const others: string[] = []
  return {
    image: (path) => files.add(path),
    folder: (path) => void tree.folder(path),
    table(path, data) {
      const name = tableName(path)
      if (name !== undefined && tables.length < MAX_TABLES) {
        tables.push({ path, data: Buffer.from(data), name })
        return true
      }
      if (others.length < MAX_TABLES) others.push(path)
      return false
    },
    finish: (options = {}, unread = []) =>
      chooseLayout({ tree, files, tables, others: [...others, ...unread] }, options),
  }
}

interface Scanned {
  tree: FolderTree
  files: FileIndex
  tables: FoundTable[]
  others: string[]
}

/** By tables where there are some whose names and columns are of labels, else by folders. */
function chooseLayout({ tree, files, tables, others }: Scanned, options: LayoutOptions): Layout {
  const base = dataRoot(tree.root)
  const usable = tables
    .filter(({ path }) => mayLabel(tree.folder(folderOf(path)), base, tree.root))
    .sort((a, b) => a.name.rank - b.name.rank || (a.path < b.path ? -1 : 1))
  const notes = tables
    .filter((table) => !usable.includes(table))
    .map(({ path }) => `${printable(path)} is in a class folder and was not read.`)
  const failures: AppError[] = []
  for (const rank of new Set(usable.map(({ name }) => name.rank))) {
    const group = usable.filter(({ name }) => name.rank === rank)
    if (group.every(({ name }) => name.onlySplit) && isLone(group, base)) {
      failures.push(loneSplit(group[0]?.path ?? ''))
      continue
    }
    const layout = byTables(group, { tree, files, base, options, failures })
    if (layout === undefined) continue
    const unread = usable
      .filter(({ name }) => name.rank > rank)
      .map(({ path }) => `${printable(path)} was not read: ${group[0]?.path} has the labels.`)
    layout.warnings.push(...notes, ...unread)
    return layout
  }
  try {
    const layout = layoutByFolders(tree.root, options)
    if (options.groupBy !== undefined && options.groupBy !== 'folder')
      throw new AppError(
        'dataset_layout',
        `There is no table with a column ${printable(options.groupBy, 80)} to group by.`,
      )
    const [only, ...more] = layout.classNames
    if (only !== undefined && more.length === 0 && failures.length + others.length > 0)
      throw new AppError(
        'dataset_one_class',
        `All images belong to one class, ${JSON.stringify(printable(only, 80))}; at least two are needed.`,
      )
    const ignored = failures.map(({ message }) => `Classes follow the folders, not the table: ${message}`)
    return { ...layout, warnings: [...layout.warnings, ...notes, ...ignored] }
  } catch (error) {
    if (failures[0] !== undefined) throw failures[0]
    if (error instanceof AppError && others.length > 0)
      throw new AppError(
        error.code,
        `${error.message} Not read: ${firstFew(others.map((path) => printable(path, 80)))}; tables of labels have names such as labels.csv, labels.tsv or labels.jsonl.`,
        { cause: error },
      )
    throw error
  }
}

/** Whether a table in this folder may label the data set: one that is in a class folder may not. */
function mayLabel(folder: Folder, base: Folder, root: Folder): boolean {
  if (folder.total === 0 || folder.total === root.total || splitNamed(folder.name) !== undefined) return true
  for (let at: Folder | undefined = base; at !== undefined; at = at.parent) if (at === folder) return true
  return false
}

/** Whether train.csv is alone: there is no other table of a split, and no folder of the split. */
const isLone = (group: readonly FoundTable[], base: Folder): boolean =>
  new Set(group.map(({ name }) => name.split)).size < 2 &&
  ![...base.children.values()].some(({ name, total }) => total > 0 && splitNamed(name) === group[0]?.name.split)

const loneSplit = (path: string): AppError =>
  new AppError(
    'dataset_layout',
    `${printable(path)} is a table of one split, and there are neither tables nor folders of the other ones. Rename it to labels.csv for splits to be drawn, or add tables for the other splits.`,
  )

interface TableContext {
  tree: FolderTree
  files: FileIndex
  base: Folder
  options: LayoutOptions
  failures: AppError[]
}

/** @returns undefined where none of the tables has labels. */
function byTables(group: readonly FoundTable[], context: TableContext): TableLayout | undefined {
  const { tree, files, base, options, failures } = context
  const read: Table[] = []
  const notes: string[] = []
  for (const { path, data, name } of group) {
    const folder = tree.folder(folderOf(path))
    const { text, guessed } = decodeTable(data)
    if (guessed !== undefined)
      notes.push(`${printable(path)} is not in UTF-8; it was read as ${guessed}. Save it as UTF-8 if names are wrong.`)
    try {
      read.push(readTable({ path, text, split: name.split, folder }, files, options))
    } catch (error) {
      if (!(error instanceof AppError) || (name.rank === 0 && namesImages(text))) throw error
      failures.push(error)
      notes.push(`${printable(path)} was not used: ${error.message}`)
    }
  }
  if (read.length === 0) return undefined
  const layout = new TableLayout(files, options)
  for (const table of read) layout.add(table, [tree.root, base])
  layout.complete()
  layout.warnings.push(...notes)
  return layout
}

/** Whether the first lines of a table have names of image files. */
const namesImages = (text: string): boolean => /\.(?:png|jpe?g|webp|gif|tiff?|bmp|avif)\b/i.test(text.slice(0, 2000))
