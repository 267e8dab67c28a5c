import { fold } from './file-index.ts'
import type { Folder } from './folder-tree.ts'

/** A path as a table has it, `/` or `\` between the parts. */
export interface RowPath {
  folders: string[]
  name: string
  /** The name without what Label Studio puts before the names of uploads. */
  original: string | undefined
}

/**
 * Takes the path of a file apart: a drive, a root or an address (`https://host/…`, `s3://bucket/…`, `/data/local-files/?d=…`) become folders
 * that a data set does not have.
 */
export function rowPath(text: string): RowPath {
  const local = /\?d=(.*)$/.exec(text)?.[1] ?? text
  const address = /^[a-z][a-z\d+.-]+:\/\//i.test(local)
  const parts = (address ? decoded(local.split(/[?#]/, 1)[0] ?? '') : local)
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  const name = parts.pop() ?? ''
  const uploaded = /(?:^|\/)upload\//.test(local) || address ? /^[\da-f]{8}-(.+)$/.exec(name)?.[1] : undefined
  return { folders: parts, name, original: uploaded }
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}

/** The folder at folders below another one; `..` is the folder above, and case and accents need not agree where a name is unique. */
export function walk(from: Folder, folders: readonly string[]): Folder | undefined {
  let folder: Folder | undefined = from
  for (const name of folders) {
    if (folder === undefined) return undefined
    folder = name === '..' ? folder.parent : childNamed(folder, name)
  }
  return folder
}

function childNamed({ children }: Folder, name: string): Folder | undefined {
  const exact = children.get(name)
  if (exact !== undefined) return exact
  const alike = [...children.values()].filter((child) => fold(child.name) === fold(name))
  return alike.length === 1 ? alike[0] : undefined
}

/** How many folders at the ends of two paths agree. */
export function commonEnd(folder: Folder, folders: readonly string[]): number {
  let at: Folder | undefined = folder
  let common = 0
  while (common < folders.length && at?.parent !== undefined) {
    if (fold(at.name) !== fold(folders[folders.length - 1 - common] ?? '')) break
    common++
    at = at.parent
  }
  return common
}

/** How many folders at the starts of two paths agree. */
export function commonStart(a: readonly string[], b: readonly string[]): number {
  let common = 0
  while (common < a.length && common < b.length && a[common] === b[common]) common++
  return common
}
