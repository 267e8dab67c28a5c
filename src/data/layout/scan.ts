import { dataRoot, layoutByFolders } from './by-folders.ts'
import { layoutByTables } from './by-table.ts'
import { filledChildren, FolderTree, type Folder } from './folder-tree.ts'
import { readLabelTable } from './label-table.ts'
import type { Grouping, Layout } from './layout.ts'
import { printable } from '../text.ts'
import { splitNamed } from './split-words.ts'

/** Names of tables of labels, by preference. */
const TABLE_NAMES = ['labels', 'metadata', '_classes']
const TABLE = new RegExp(`^(${TABLE_NAMES.join('|')})\\.(?:csv|tsv|jsonl|ndjson|json)$`, 'i')
const MAX_OTHER_TABLES = 20

interface Found {
  path: string
  data: Buffer
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const rank = ({ path }: Found): number => TABLE_NAMES.indexOf(TABLE.exec(nameOf(path))?.[1]?.toLowerCase() ?? '')

/** Sees the entries of a data set as they come, of which it keeps folders and tables, and then says how images are placed. */
export class LayoutScan {
  private readonly tree = new FolderTree()
  private readonly tables: Found[] = []
  private readonly otherTables: string[] = []

  folder(path: string): void {
    this.tree.folder(path)
  }

  /** An image, readable or not. */
  image(path: string): void {
    this.tree.image(path)
  }

  /** @returns whether it may be a table of labels, by its name. */
  table(path: string, data: Buffer): boolean {
    if (TABLE.test(nameOf(path))) {
      this.tables.push({ path, data })
      return true
    }
    if (this.otherTables.length < MAX_OTHER_TABLES) this.otherTables.push(path)
    return false
  }

  /**
   * A table of labels around all images counts before folders; then one in each split folder; then class folders. A table in a class folder
   * is not used.
   * @throws AppError `dataset_layout`
   */
  layout(grouping: Grouping): Layout {
    const { root } = this.tree
    const data = dataRoot(root)
    const chosen = this.around(data) ?? this.inSplits(data)
    if (chosen === undefined) {
      const layout = layoutByFolders(root, { grouping, tables: this.otherTables })
      return withNotes(layout, this.unused([]))
    }
    return layoutByTables(
      chosen.map(({ path, data: bytes }) => readLabelTable(path, bytes)),
      this.unused(chosen),
    )
  }

  /** The table in the data set's folder or one around it; where there are several, the innermost, and by name. */
  private around(data: Folder): Found[] | undefined {
    const inside = data.path === '' ? '' : `${data.path}/`
    const [best] = this.tables
      .filter(({ path }) => inside.startsWith(folderOf(path)))
      .sort(
        (a, b) => folderOf(b.path).length - folderOf(a.path).length || rank(a) - rank(b) || (a.path < b.path ? -1 : 1),
      )
    return best === undefined ? undefined : [best]
  }

  private inSplits(data: Folder): Found[] | undefined {
    const tables = filledChildren(data)
      .filter(({ name }) => splitNamed(name) !== undefined)
      .flatMap(({ path }) =>
        this.tables
          .filter((table) => folderOf(table.path) === `${path}/`)
          .sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
          .slice(0, 1),
      )
    return tables.length === 0 ? undefined : tables
  }

  private unused(used: readonly Found[]): string[] {
    const left = this.tables.filter((table) => !used.includes(table))
    const [first] = left
    if (first === undefined) return []
    const which = left.length === 1 ? printable(first.path) : `${left.length} tables, first ${printable(first.path)},`
    const why =
      used.length > 0
        ? `${used
            .map(({ path }) => printable(path, 80))
            .slice(0, 3)
            .join(', ')} has the labels`
        : 'a table counts in the folder of the whole data set, or of a split'
    return [`${which} ${left.length === 1 ? 'was' : 'were'} not used: ${why}.`]
  }
}

function withNotes(layout: Layout, notes: readonly string[]): Layout {
  if (notes.length === 0) return layout
  return {
    placementOf: layout.placementOf,
    finish: () => {
      const found = layout.finish()
      return { ...found, warnings: [...found.warnings, ...notes] }
    },
  }
}
