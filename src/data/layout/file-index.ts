import { hashText } from '../source/seen-paths.ts'
import { folderOf, nameOf, type Folder, type FolderTree } from './folder-tree.ts'

const IMAGE_EXTENSION = /\.(?:png|apng|jpe?g|jpe|jfif|webp|gif|tiff?|avif|bmp|p[bgnp]m|heic|heif|jxl)$/

/** A file name without regard to case, to the way in which accents are written and to spaces around it. */
export const fold = (name: string): string => name.normalize('NFC').trim().toLowerCase()

const stemOf = (folded: string): string => folded.replace(IMAGE_EXTENSION, '')

/** Numbers the images of a data set, and finds them by name; holds 20 bytes per image until it is first asked, no paths. */
export class FileIndex {
  count = 0
  private readonly tree: FolderTree
  private readonly folders: Folder[] = []
  private readonly numbers = new Map<Folder, number>()
  /** Four per image: two of the name without its extension, one of the folded name, one of the name as it is. */
  private hashes = new Uint32Array(1 << 12)
  private folder = new Int32Array(1 << 10)
  private slots: Int32Array | undefined
  private next = new Int32Array(0)

  constructor(tree: FolderTree) {
    this.tree = tree
  }

  add(path: string): void {
    const folder = this.tree.image(path)
    const number = this.numbers.get(folder) ?? this.folders.push(folder) - 1
    this.numbers.set(folder, number)
    if (this.count === this.folder.length) {
      this.folder = grown(this.folder, new Int32Array(this.count * 2))
      this.hashes = grown(this.hashes, new Uint32Array(this.count * 8))
    }
    this.folder[this.count] = number
    writeHashes(nameOf(path), this.hashes, this.count * 4)
    this.count++
  }

  /** The number of an image that was added; -1 for another path. */
  numberOf(path: string): number {
    const folder = this.tree.find(folderOf(path))
    return folder === undefined
      ? -1
      : (this.inFolder(folder, nameOf(path)).find((i) => this.isNamed(i, nameOf(path))) ?? -1)
  }

  /** Images of a folder that a name may mean: those of exactly this name, or else those that differ in case or lack of an extension. */
  inFolder(folder: Folder, name: string): number[] {
    const number = this.numbers.get(folder)
    return number === undefined
      ? []
      : this.exactFirst(
          this.named(name).filter((i) => this.folder[i] === number),
          name,
        )
  }

  /** Images of any folder that a name may mean. */
  named(name: string): number[] {
    const [low, high, folded] = hashesOf(name)
    const bare = stemOf(fold(name)) === fold(name)
    const found: number[] = []
    const slots = this.slots ?? this.link()
    for (let i = slots[low & (slots.length - 1)] ?? -1; i >= 0; i = this.next[i] ?? -1)
      if (this.hashes[i * 4] === low && this.hashes[i * 4 + 1] === high && (bare || this.hashes[i * 4 + 2] === folded))
        found.push(i)
    return found.reverse()
  }

  exactFirst(images: number[], name: string): number[] {
    const exact = images.filter((i) => this.isNamed(i, name))
    return exact.length > 0 ? exact : images
  }

  folderOfImage(image: number): Folder {
    return this.folders[this.folder[image] ?? 0] ?? this.tree.root
  }

  private isNamed(image: number, name: string): boolean {
    return this.hashes[image * 4 + 3] === hashesOf(name)[3]
  }

  private link(): Int32Array {
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, this.count)))).fill(-1)
    this.next = new Int32Array(this.count)
    for (let i = 0; i < this.count; i++) {
      const slot = (this.hashes[i * 4] ?? 0) & (slots.length - 1)
      this.next[i] = slots[slot] ?? -1
      slots[slot] = i
    }
    this.slots = slots
    return slots
  }
}

function grown<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function hashesOf(name: string): [low: number, high: number, folded: number, exact: number] {
  const folded = fold(name)
  return [...hashText(stemOf(folded)), hashText(folded)[0], hashText(name.normalize('NFC'))[0]]
}

/** A name that is folded as it stands, and how long it is without its extension. */
const PLAIN_NAME = /^([a-z0-9_-]+)\.(?:png|jpe?g)$/

/** Writes what `hashesOf` gives. */
function writeHashes(name: string, hashes: Uint32Array, at: number): void {
  const stem = PLAIN_NAME.exec(name)?.[1]
  if (stem === undefined) {
    hashes.set(hashesOf(name), at)
    return
  }
  const [low, high] = hashText(stem)
  hashes[at] = low
  hashes[at + 1] = high
  hashes[at + 2] = hashes[at + 3] = hashText(name)[0]
}
