import type { Split } from '../../job-spec/splits.ts'
import { printable } from '../text.ts'
import { filledChildren, isNested, type Folder } from './folder-tree.ts'
import { splitNamed, splitsAmong } from './split-words.ts'

/** Folders that hold images of all classes. */
export const IMAGE_FOLDERS = /^(?:images?|imgs?|jpegimages|photos?|pictures?|pics)$/i

/** Which of the folders next to each other are splits. */
export function folderSplits(folders: readonly Folder[]): Map<Folder, Split> {
  const splits = splitsAmong(folders.map(({ name }) => name))
  return new Map(
    folders.flatMap((folder): [Folder, Split][] => {
      const split = splits.get(folder.name)
      return split === undefined ? [] : [[folder, split]]
    }),
  )
}

/** The folder with the class folders of a split, if it has any: the split folder, or one that alone is in it and only repeats its name or says `images`. */
export function holderOf(split: Folder): Folder {
  const [only, ...more] = filledChildren(split)
  if (only === undefined || more.length > 0 || split.images > 0) return split
  const mayWrap = IMAGE_FOLDERS.test(only.name) || splitNamed(only.name) !== undefined
  const wraps = only.name === split.name || (mayWrap && isNested(only))
  return wraps ? holderOf(only) : split
}

/** Says which images are in no class folder. */
export function strayImages(
  root: Folder,
  base: Folder,
  { order, used, unused }: { order: string; used: readonly Folder[]; unused: readonly Folder[] },
): string[] {
  const bySplit = order === 'split/class' ? used : []
  const emptySplits = bySplit.filter((split) => split.total > 0 && !isNested(holderOf(split)))
  const told = new Set([...unused, ...emptySplits])
  const inClasses = used.reduce((sum, folder) => sum + (told.has(folder) ? 0 : inClassFolders(folder, order)), 0)
  const strays = root.total - inClasses - [...told].reduce((sum, { total }) => sum + total, 0)
  return [
    ...emptySplits.map(
      ({ path, total }) =>
        `The split folder ${printable(path, 80)}/ has no class folders: its ${total === 1 ? 'image was' : `${total} images were`} set aside, and the split is drawn.`,
    ),
    ...(strays === 0
      ? []
      : [
          `${strays === 1 ? '1 image is' : `${strays} images are`} in no class folder${base.path === '' ? '' : ` of ${printable(base.path, 80)}/`} and ${strays === 1 ? 'was' : 'were'} set aside.`,
        ]),
  ]
}

const inClassFolders = (folder: Folder, order: string): number => {
  if (order === 'class') return folder.total
  const holder = order === 'split/class' ? holderOf(folder) : folder
  return holder.total - holder.images
}
