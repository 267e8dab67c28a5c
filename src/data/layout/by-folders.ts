import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'
import { filledChildren, isNested, type Folder } from './folder-tree.ts'
import type { Grouping, Layout, Placement, SetAside } from './layout.ts'
import { splitNamed } from './split-words.ts'

const MAX_NAMED = 5
const WHAT_IS_READ =
  'Images belong in class folders (CLASS/image.png), in split folders with class folders (train/CLASS/image.png), or a table labels.csv, labels.jsonl, metadata.csv or _classes.csv names their classes'

/** The folder in which a data set begins, below folders that merely wrap it; images next to such a folder do not change that. */
export function dataRoot(root: Folder): Folder {
  let folder = root
  for (;;) {
    const children = filledChildren(folder)
    const [only] = children
    if (only === undefined || children.length > 1 || !isNested(only) || splitNamed(only.name) !== undefined)
      return folder
    folder = only
  }
}

/** What the folders of a data set are taken for. */
interface Roles {
  splits: Folder[]
  /** Class folders; of a data set with split folders, none. */
  classes: Folder[]
  /** Folders next to split folders that are none. */
  others: Folder[]
}

/**
 * Places images by folders: `CLASS/…` or `SPLIT/CLASS/…`, either within folders that wrap the whole data set.
 * @param tables names of tables that are there and not read, for errors.
 * @throws AppError `dataset_layout`
 */
export function layoutByFolders(
  tree: Folder,
  { grouping, tables }: { grouping: Grouping; tables: readonly string[] },
): Layout {
  const root = dataRoot(tree)
  const roles = rolesOf(root, tables)
  const inner = roles.splits.length > 0 ? sharedWrapper(roles.splits) : undefined
  const depth = root.path === '' ? 0 : root.path.split('/').length
  const classDepth = depth + (roles.splits.length > 0 ? 1 : 0) + (inner === undefined ? 0 : inner.depth)
  const splits = new Map(roles.splits.map((folder) => [folder.name, splitNamed(folder.name)]))
  const classes = new Set(roles.classes.map(({ name }) => name))
  const prefix = root.path === '' ? '' : `${root.path}/`

  const placementOf = (path: string): Placement | SetAside => {
    if (!path.startsWith(prefix)) return aside('The image lies next to the folder that holds the data set.')
    const parts = path.split('/')
    const top = parts[depth] ?? ''
    if (parts.length === depth + 1) return aside('The image lies in no class folder.')
    if (splits.size > 0 && !splits.has(top))
      return aside(
        `The image lies in ${printable(top, 80)}, next to the split folders ${[...splits.keys()].join(', ')}.`,
      )
    if (splits.size === 0 && !classes.has(top))
      return aside(`The image lies in ${printable(top, 80)}, a split folder without class folders.`)
    if (parts.length <= classDepth + 1) return aside('The image lies in a split folder, in no class folder.')
    const below = parts.slice(classDepth + 1, -1)
    const group = grouping === 'folder' && below.length > 0 ? parts.slice(classDepth, -1).join('/') : undefined
    return { label: parts[classDepth] ?? '', split: splits.get(top), group }
  }
  return { placementOf, finish: () => ({ warnings: warningsOf(root, roles, inner?.name), missing: [] }) }
}

const aside = (detail: string): SetAside => ({ code: 'image_unlabelled', detail })

function rolesOf(root: Folder, tables: readonly string[]): Roles {
  const children = filledChildren(root)
  if (children.length === 0) throw noClassFolders(tables)
  const named = children.filter(({ name }) => splitNamed(name) !== undefined)
  const others = children.filter(({ name }) => splitNamed(name) === undefined)
  if (named.some(isNested)) return { splits: named, classes: [], others }
  const train = named.filter(({ name }) => splitNamed(name) === 'train')
  const held = named.filter(({ name }) => splitNamed(name) !== 'train')
  // Next to class folders, `train` may be a class of vehicles; a test folder without classes is not one.
  const isClass = train.length === 1 && held.length === 0
  if (named.length > 0 && (others.length < 2 || (train.length > 0 && !isClass))) throw flatSplits(named, tables)
  return { splits: [], classes: isClass ? children : others, others: isClass ? [] : held }
}

function noClassFolders(tables: readonly string[]): AppError {
  return new AppError(
    'dataset_layout',
    `The images lie in no class folders, and there is no labels.csv or labels.jsonl.${unreadTables(tables)} ${WHAT_IS_READ}.`,
  )
}

function flatSplits(splits: readonly Folder[], tables: readonly string[]): AppError {
  const names = splits.map(({ name }) => printable(name, 40)).join(', ')
  return new AppError(
    'dataset_layout',
    `The split folders (${names}) hold images but no class folders, so that the images have no classes.${unreadTables(tables)} ${WHAT_IS_READ}.`,
  )
}

function unreadTables(tables: readonly string[]): string {
  if (tables.length === 0) return ''
  const shown = tables
    .slice(0, MAX_NAMED)
    .map((path) => printable(path, 80))
    .join(', ')
  return ` There is ${shown}: a table of labels is read where it is called labels.csv (or .tsv, .jsonl, .json), metadata.csv or _classes.csv; rename it if it is one.`
}

/** A folder such as `images` that each split has around its class folders. */
function sharedWrapper(splits: readonly Folder[]): { name: string; depth: number } | undefined {
  const names: string[] = []
  let folders = splits.filter(isNested)
  for (;;) {
    const only = folders
      .map((folder) => filledChildren(folder))
      .map((inner) => (inner.length === 1 ? inner[0] : undefined))
    const [first] = only
    if (first === undefined || only.some((folder) => folder?.name !== first.name || !isNested(folder))) break
    // One class with folders in it looks the same, but for its images and for more than one split agreeing on it.
    if (only.some((folder) => folder !== undefined && folder.images > 0) || folders.length < 2) break
    names.push(first.name)
    folders = only.filter((folder) => folder !== undefined)
  }
  return names.length === 0 ? undefined : { name: names.join('/'), depth: names.length }
}

function warningsOf(root: Folder, { splits, classes, others }: Roles, wrapper: string | undefined): string[] {
  const warnings: string[] = []
  if (others.length > 0) warnings.push(othersWarning(others, splits.length > 0))
  if (wrapper !== undefined)
    warnings.push(`The class folders were found in ${printable(wrapper, 80)} of each split folder.`)
  const taken = classes.filter(({ name }) => splitNamed(name) !== undefined)
  for (const { name } of taken)
    warnings.push(
      `The folder ${printable(name, 80)} has images and lies next to class folders: it was taken for a class. Put class folders into it if it is a split.`,
    )
  const empty = emptyClasses(root, splits)
  if (empty.length > 0)
    warnings.push(
      `${empty.length === 1 ? 'The folder' : `${empty.length} folders`} ${listed(empty)} ${empty.length === 1 ? 'has' : 'have'} no images: no class was made of ${empty.length === 1 ? 'it' : 'them'}.`,
    )
  return warnings
}

function othersWarning(others: readonly Folder[], bySplits: boolean): string {
  const images = others.reduce((sum, { total }) => sum + total, 0)
  const names = listed(others.map(({ name }) => name))
  const which = bySplits ? 'next to the split folders' : 'without class folders, next to class folders'
  return `${others.length === 1 ? 'The folder' : `${others.length} folders`} ${names} ${others.length === 1 ? 'lies' : 'lie'} ${which}: ${images === 1 ? 'its image was' : `${images} images were`} set aside.`
}

/** Folders at the place of classes that hold no images. */
function emptyClasses(root: Folder, splits: readonly Folder[]): string[] {
  const places = splits.length > 0 ? splits.filter(isNested) : [root]
  return places
    .flatMap((place) => [...place.children.values()])
    .filter(({ total }) => total === 0)
    .map(({ path }) => path)
    .sort()
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map((name) => printable(name, 80))
  return names.length > MAX_NAMED ? `${shown.join(', ')}, …` : shown.join(', ')
}
