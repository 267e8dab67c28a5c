/** A folder of the data set; images are counted, not kept. */
export interface Folder {
  readonly name: string
  /** From the root, without a slash at its end; empty for the root. */
  readonly path: string
  readonly parent: Folder | undefined
  readonly children: Map<string, Folder>
  /** Images directly in it. */
  images: number
  /** Images in it and in all folders below it. */
  total: number
}

/** The folders of a data set, in the order in which they come. */
export class FolderTree {
  readonly root = newFolder('', undefined)
  private last = this.root

  /** The folder at a path, which is added if it is new. */
  folder(path: string): Folder {
    let folder = this.root
    if (path !== '') for (const part of path.split('/')) folder = childOf(folder, part)
    return folder
  }

  find(path: string): Folder | undefined {
    let folder: Folder | undefined = this.root
    if (path !== '') for (const part of path.split('/')) folder = folder?.children.get(part)
    return folder
  }

  /** Counts an image. */
  image(path: string): Folder {
    const inside = folderOf(path)
    // Images come folder by folder.
    const folder = inside === this.last.path ? this.last : this.folder(inside)
    this.last = folder
    folder.images++
    for (let at: Folder | undefined = folder; at !== undefined; at = at.parent) at.total++
    return folder
  }
}

function childOf(parent: Folder, name: string): Folder {
  const known = parent.children.get(name)
  if (known !== undefined) return known
  const made = newFolder(name, parent)
  parent.children.set(name, made)
  return made
}

function newFolder(name: string, parent: Folder | undefined): Folder {
  const path = parent === undefined || parent.path === '' ? name : `${parent.path}/${name}`
  return { name, path, parent, children: new Map(), images: 0, total: 0 }
}

/** Children with images in them or below them, by name. */
export const filledChildren = (folder: Folder): Folder[] =>
  [...folder.children.values()].filter(({ total }) => total > 0).sort((a, b) => (a.name < b.name ? -1 : 1))

/** Whether images are in folders below it. */
export const isNested = (folder: Folder): boolean => folder.total > folder.images

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
