import { extname } from 'node:path/posix'
import type { Split } from '../../job-spec/splits.ts'
import { className } from '../layout/class-names.ts'
import { splitNamed } from '../layout/split-words.ts'
import { kindByName } from '../source/file-kind.ts'
import { SeenPaths } from '../source/seen-paths.ts'
import { foldedName, safeName } from './safe-name.ts'

/** Characters of a path; ingest takes 1024. */
const MAX_PATH_LENGTH = 900
const IMAGE_FOLDER = /\.(?:png|jpg)$/i

/** Paths of the images of a data set in an archive; holds a folder per class and 22 bytes per image. */
export class ExportPaths {
  private readonly classes: readonly string[]
  private readonly folders: readonly string[]
  private readonly seen = new SeenPaths()

  constructor(classes: readonly string[]) {
    this.classes = classes
    this.folders = classFolders(classes)
  }

  /**
   * `SPLIT/CLASS/NAME.EXTENSION`, with the folders that the upload had below the class folder. Paths of one class sort as those of the upload
   * wherever these allow it, so that an upload of the archive has its images in the same order.
   * @param file path in the upload
   */
  pathOf({ split, label, file, extension }: { split: Split; label: number; file: string; extension: string }): string {
    const folder = `${split}/${this.folders[label] ?? ''}`
    const parts = belowClass(file, this.classes[label] ?? '')
    const name = safeName(stemOf(parts.pop() ?? ''), extension)
    const below = parts.map((part) => folderName(part)).join('/')
    const path = [folder, below, name].filter((part) => part !== '').join('/')
    return this.unique(path.length > MAX_PATH_LENGTH ? `${folder}/${name}` : path, extension)
  }

  private unique(path: string, extension: string): string {
    let unique = path
    for (let n = 2; !this.seen.add(foldedName(unique)); n++) unique = `${path}.${n}${extension}`
    return unique
  }
}

/** A folder per class. */
function classFolders(classes: readonly string[]): string[] {
  const seen = new Set<string>()
  return classes.map((name) => {
    const folder = folderName(name)
    let unique = folder
    for (let n = 2; seen.has(foldedName(unique)); n++) unique = `${folder}_${n}`
    seen.add(foldedName(unique))
    return unique
  })
}

const stemOf = (name: string): string => (kindByName(name) === 'image' ? name.slice(0, -extname(name).length) : name)

/** A folder is never named like an image next to it. */
const folderName = (name: string): string => safeName(name).replace(IMAGE_FOLDER, '$&_')

/** The parts of a path below its class folder, without a folder for the split; the last one where there is none. */
function belowClass(file: string, label: string): string[] {
  const parts = file.split('/')
  const at = parts.slice(0, -1).findIndex((part) => className(part) === label)
  if (at === -1) return parts.slice(-1)
  const [first = '', ...rest] = parts.slice(at + 1)
  return rest.length > 0 && splitNamed(first) !== undefined ? rest : [first, ...rest]
}
