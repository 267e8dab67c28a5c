import { AppError } from '../../errors.ts'
import type { Split } from '../../job-spec/splits.ts'
import { firstFew, printable } from '../text.ts'
import { className } from './class-names.ts'
import { filledChildren, folderOf, isNested, type Folder } from './folder-tree.ts'
import type { Layout, LayoutOptions, Placement, SetAside } from './layout.ts'
import { folderSplits, holderOf, IMAGE_FOLDERS, strayImages } from './split-folders.ts'
import { splitNamed } from './split-words.ts'

const MAX_WARNINGS = 50
/** Parts of a cross-validation. */
const FOLDS = /^(?:k?fold|cv|split|part)[\s_-]*\d+$/i

export const EXPECTED =
  'Images belong in class folders (CLASS/image.png) or in split folders with class folders (train/CLASS/image.png), or a table with a header such as file,label names their classes: labels.csv, labels.jsonl, metadata.csv, annotations.csv, or _classes.csv in each split folder'

/** The folder in which a data set begins, below folders that only wrap it; images or folders next to these do not change that. */
export function dataRoot(root: Folder): Folder {
  let folder = root
  for (;;) {
    const children = filledChildren(folder)
    if (folderSplits(children).size > 0) return folder
    const holders = children.filter(holdsSplits)
    const [next] = holders.length === 1 ? holders : children
    if (next === undefined || (holders.length !== 1 && children.length > 1) || !isNested(next)) return folder
    folder = next
  }
}

/** Whether there are split folders with class folders below it, under folders that wrap them. */
function holdsSplits(folder: Folder): boolean {
  const children = filledChildren(folder)
  const splits = [...folderSplits(children).keys()]
  if (splits.length > 0) return splits.length > 1 && splits.some(isNested)
  const [only] = children
  return children.length === 1 && only !== undefined && holdsSplits(only)
}

/** What the folders below the data root are taken for. */
interface Roles {
  order: 'class' | 'split/class' | 'class/split'
  /** Class or split folders. */
  used: readonly Folder[]
  /** Folders that are neither. */
  unused: readonly Folder[]
  notes: string[]
}

const layoutError = (detail: string): AppError => new AppError('dataset_layout', `${detail} ${EXPECTED}.`)

const listed = (folders: readonly Folder[]): string => firstFew(folders.map(({ name }) => `${printable(name, 80)}/`))

/** @throws AppError `dataset_layout` where the folders are neither classes nor splits of classes. */
function rolesOf(base: Folder): Roles {
  const children = filledChildren(base)
  const named = folderSplits(children)
  const splits = [...named.keys()]
  const others = children.filter((folder) => !named.has(folder))
  if (children.length === 0) throw layoutError('The images are in no class folders, and no table names their classes.')
  if (splits.length === 0) return rolesOfClasses(children)
  if (splits.some(isNested)) {
    const inner = new Set(
      splits
        .map(holderOf)
        .flatMap(filledChildren)
        .map(({ name }) => name),
    )
    const alike =
      others.length > 0 && others.every((folder) => filledChildren(folder).some(({ name }) => inner.has(name)))
    if (splits.length === 1 && alike)
      throw layoutError(
        `The folders ${listed(splits)} and ${listed(others)} may be classes, or ${listed(splits)} a split: all have folders of the same names. Rename ${listed(splits)} if it is a class, or remove the others if it is a split.`,
      )
    return { order: 'split/class', used: splits, unused: others, notes: [] }
  }
  const [split] = splits
  if (splits.length > 1 || others.length < 2 || split === undefined)
    throw layoutError(
      `The split ${splits.length === 1 ? 'folder' : 'folders'} ${listed(splits)} ${splits.length === 1 ? 'holds' : 'hold'} images, but no class folders, and no table names their classes.`,
    )
  if (named.get(split) !== 'train') return rolesOfUnlabelledSplit(split, others)
  return {
    ...rolesOfClasses(children),
    notes: [
      `The folder ${listed([split])} is taken for a class, not for a split, as it is next to other class folders.`,
    ],
  }
}

const rolesOfUnlabelledSplit = (split: Folder, others: readonly Folder[]): Roles => {
  const roles = rolesOfClasses(others)
  return { ...roles, unused: [split, ...roles.unused] }
}

function rolesOfClasses(children: readonly Folder[]): Roles {
  const inner = children.flatMap(filledChildren)
  if (children.length > 1 && children.every((folder) => FOLDS.test(folder.name) && isNested(folder)))
    throw layoutError(
      `The folders ${listed(children)} are parts of a data set, such as the folds of a cross-validation, and no classes. Give one part, or a table with the columns file, label and split.`,
    )
  const bySplit = inner.length > 0 && inner.every(({ name }) => splitNamed(name) !== undefined)
  if (bySplit && children.every(({ images }) => images === 0))
    return { order: 'class/split', used: children, unused: [], notes: [] }
  const nested = children.filter(isNested)
  const names = [...new Set(inner.map(({ name }) => `${printable(name, 80)}/`))]
  const alike =
    names.length > 1 &&
    children.length > 1 &&
    children.every((folder) => filledChildren(folder).length === names.length)
  const notes =
    nested.length === 0
      ? []
      : [
          `Images in folders below the class folders ${listed(nested)} belong to the class of the class folder: ${firstFew(names)} ${names.length === 1 ? 'is no class' : 'are no classes'}.${alike ? ' All have the same folders: if these are the classes, give one of the folders above, or a table.' : ''}`,
        ]
  return { order: 'class', used: children, unused: [], notes }
}

/**
 * Places images by folders: `CLASS/…`, `SPLIT/CLASS/…` or `CLASS/SPLIT/…`, all of it within any wrapping folders.
 * @throws AppError `dataset_layout` that says what was found and what would be right.
 */
export function layoutByFolders(root: Folder, options: LayoutOptions): Layout {
  const base = dataRoot(root)
  const roles = rolesOf(base)
  const classes = classFoldersOf(roles, base)
  const splits = folderSplits(filledChildren(base))
  const [first] = classes
  const names = [...new Set(classes.map(({ name }) => className(name)))]
  const filled = new Set(classes.filter(({ total }) => total > 0).map(({ name }) => className(name)))
  if (
    filled.size === 1 &&
    roles.order === 'split/class' &&
    first !== undefined &&
    IMAGE_FOLDERS.test([...filled][0] ?? '')
  )
    throw layoutError(
      `The split folders hold all images in a folder ${listed([first])}, as data sets for detection do, which is no class.`,
    )
  const unused = new Set(roles.unused.map(({ name }) => name))
  // What a path says is in its folders, and paths come folder by folder.
  let last: { folder: string; placement: Placement | SetAside } | undefined
  const placementOf = (path: string): Placement | SetAside => {
    const folder = folderOf(path)
    if (folder !== last?.folder)
      last = { folder, placement: placementIn(path, { base, order: roles.order, unused, splits, options }) }
    return last.placement
  }
  return {
    placementOf,
    classNames: names,
    missing: { count: 0, files: [] },
    warnings: [
      ...roles.notes,
      ...roles.unused.map(
        ({ path, total }) =>
          `The folder ${printable(path, 80)}/ is neither a class nor a split with class folders: ${total === 1 ? 'its image was' : `its ${total} images were`} set aside.`,
      ),
      ...strayImages(root, base, roles),
      ...emptyFolders(classes, filled),
      ...composedNames(classes),
    ].slice(0, MAX_WARNINGS),
  }
}

/** Class folders, also those with no images. */
function classFoldersOf({ order, used }: Roles, base: Folder): Folder[] {
  if (order === 'split/class') return used.map(holderOf).flatMap(({ children }) => [...children.values()])
  const taken = new Set<Folder>(used)
  return [...base.children.values()].filter(
    (folder) => taken.has(folder) || (folder.total === 0 && splitNamed(folder.name) === undefined),
  )
}

const emptyFolders = (classes: readonly Folder[], filled: ReadonlySet<string>): string[] =>
  classes
    .filter(({ total, name }) => total === 0 && !filled.has(className(name)))
    .map(({ path }) => `The folder ${printable(path, 80)}/ has no images.`)

function composedNames(classes: readonly Folder[]): string[] {
  const forms = new Map<string, Set<string>>()
  for (const { name } of classes) forms.set(className(name), (forms.get(className(name)) ?? new Set()).add(name))
  return [...forms]
    .filter(([, names]) => names.size > 1)
    .map(
      ([name]) =>
        `Class ${printable(name, 80)} is written in two Unicode forms (composed and decomposed accents), and read as one class.`,
    )
}

function placementIn(
  path: string,
  {
    base,
    order,
    unused,
    splits,
    options,
  }: {
    base: Folder
    order: Roles['order']
    unused: ReadonlySet<string>
    splits: ReadonlyMap<Folder, Split>
    options: LayoutOptions
  },
): Placement | SetAside {
  const inBase =
    base.path === '' ? path : path.startsWith(`${base.path}/`) ? path.slice(base.path.length + 1) : undefined
  const [top = '', ...below] = inBase?.split('/') ?? []
  const folder = base.children.get(top)
  const wrapped = order === 'split/class' && folder !== undefined ? wrapsOf(folder, below) : 0
  const parts = [top, ...below.slice(wrapped)]
  const [, second = ''] = parts
  const depth = order === 'class' ? 1 : 2
  if (unused.has(top))
    return setAside(`The folder ${printable(top, 80)}/ is neither a class nor a split with class folders.`)
  if (inBase === undefined || wrapped < 0 || parts.length <= depth)
    return setAside(`The image is in no class folder${base.path === '' ? '' : ` of ${printable(base.path, 80)}/`}.`)
  const [label, split]: [string, Split | undefined] =
    order === 'class'
      ? [top, undefined]
      : order === 'class/split'
        ? [top, splitNamed(second)]
        : [second, folder === undefined ? undefined : splits.get(folder)]
  const group = options.groupBy === 'folder' && parts.length > depth + 1 ? parts[depth] : undefined
  return { label: className(label), split, group }
}

/** How many folders of a path below a split folder only wrap its class folders; -1 where it is in none of these. */
function wrapsOf(split: Folder, below: readonly string[]): number {
  const inside = holderOf(split).path.slice(split.path.length + 1)
  const wraps = inside === '' ? [] : inside.split('/')
  return wraps.every((name, i) => below[i] === name) ? wraps.length : -1
}

const setAside = (detail: string): SetAside => ({ code: 'image_unlabelled', detail })
