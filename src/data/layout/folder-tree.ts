/** A folder of the data set; images themselves are counted, not kept. */
export interface Folder {
  name: string
  /** From the root, without a slash at its end; empty for the root. */
  path: string
  children: Map<string, Folder>
  /** Images right in it. */
  images: number
  /** Images in it and in all folders below it. */
  total: number
}

/** The folders of a data set, as its entries come. */
export class FolderTree {
  readonly root: Folder = newFolder('', '')

  folder(path: string): Folder {
    let folder = this.root
    for (const part of path.split('/')) folder = this.child(folder, part)
    return folder
  }

  image(path: string): void {
    const parts = path.split('/')
    parts.pop()
    let folder = this.root
    folder.total++
    for (const part of parts) {
      folder = this.child(folder, part)
      folder.total++
    }
    folder.images++
  }

  private child(parent: Folder, name: string): Folder {
    const known = parent.children.get(name)
    if (known !== undefined) return known
    const made = newFolder(name, parent.path === '' ? name : `${parent.path}/${name}`)
    parent.children.set(name, made)
    return made
  }
}

function newFolder(name: string, path: string): Folder {
  return { name, path, children: new Map(), images: 0, total: 0 }
}

/** Folders in a folder that hold images, at whatever depth, by name. */
export const filledChildren = (folder: Folder): Folder[] =>
  [...folder.children.values()].filter(({ total }) => total > 0).sort((a, b) => (a.name < b.name ? -1 : 1))

/** Whether folders in it hold images. */
export const isNested = (folder: Folder): boolean => folder.total > folder.images
