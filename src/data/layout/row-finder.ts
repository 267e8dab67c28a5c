import type { LabelRow } from './label-table.ts'

const IMAGE_EXTENSION = /\.(?:png|jpe?g|jpe|jfif|webp|gif|tiff?|bmp|avif|hei[cf]|jxl|p[bgnp]m)$/i
/** Where Label Studio keeps uploaded files, under a prefix of its own and without their folders. */
const UPLOADED = /(?:^|\/)data\/upload\/(?:\d+\/)?(?:[0-9a-f]{8}-)?([^/]+)$/i
/** Files that Label Studio reads from a disk. */
const LOCAL_FILE = /(?:^|\/)data\/local-files\/\?d=(.+)$/i
/** Rows whose paths end alike that are compared with one image. */
const MAX_COMPARED = 1000

const fold = (path: string): string => path.toLowerCase()
const bare = (path: string): string => path.replace(IMAGE_EXTENSION, '')
const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '')
const lastTwo = (parts: readonly string[]): string => fold(bare(parts.slice(-2).join('/')))
const lastOne = (parts: readonly string[]): string => fold(bare(parts.at(-1) ?? ''))

/** Rows by a key; rows of the same key follow each other. */
class Chains {
  private readonly first = new Map<string, number>()
  private readonly next: Int32Array

  constructor(rows: number) {
    this.next = new Int32Array(rows).fill(-1)
  }

  add(key: string, row: number): void {
    this.next[row] = this.first.get(key) ?? -1
    this.first.set(key, row)
  }

  *rows(key: string): Generator<number> {
    let row = this.first.get(key) ?? -1
    for (let i = 0; row !== -1 && i < MAX_COMPARED; i++, row = this.next[row] ?? -1) yield row
  }
}

/**
 * Finds the row of an image: by its path; else in another case or without extension; else by the end of the path, for tables of absolute paths
 * and for tables of bare names.
 */
export class RowFinder {
  private readonly exact = new Map<string, number>()
  private readonly folded = new Map<string, number>()
  private readonly byTwo: Chains
  private readonly byOne: Chains
  private readonly named = new Map<string, number>()
  private readonly files: string[]

  /** @param rows one per file. */
  constructor(rows: readonly LabelRow[]) {
    this.files = rows.map(({ file }) => LOCAL_FILE.exec(file)?.[1] ?? UPLOADED.exec(file)?.[1] ?? file)
    this.byTwo = new Chains(rows.length)
    this.byOne = new Chains(rows.length)
    this.files.forEach((file, i) => {
      this.exact.set(file, i)
      this.folded.set(fold(file), i)
      const parts = partsOf(file)
      this.byOne.add(lastOne(parts), i)
      if (parts.length >= 2) this.byTwo.add(lastTwo(parts), i)
      else this.named.set(fold(file), i)
    })
  }

  /** @returns the row's index; `loose` where other images might fit it as well. */
  find(path: string): { row: number; loose: boolean } | undefined {
    const composed = path.normalize('NFC')
    const exact = this.exact.get(composed)
    if (exact !== undefined) return { row: exact, loose: false }
    const row = this.folded.get(fold(composed)) ?? this.folded.get(fold(bare(composed))) ?? this.byEnd(composed)
    return row === undefined ? undefined : { row, loose: true }
  }

  private byEnd(path: string): number | undefined {
    const parts = partsOf(path)
    const candidates = parts.length >= 2 ? this.byTwo.rows(lastTwo(parts)) : this.byOne.rows(lastOne(parts))
    let best: number | undefined
    for (const row of candidates) {
      const file = this.files[row] ?? ''
      if (isSameEnd(path, file) && (best === undefined || file.length > (this.files[best]?.length ?? 0))) best = row
    }
    const name = fold(parts.at(-1) ?? '')
    return best ?? this.named.get(name) ?? this.named.get(bare(name))
  }
}

/** Whether one path is the end of the other; extensions may differ in case or be left out. */
function isSameEnd(path: string, file: string): boolean {
  const [pathExtension, fileExtension] = [path, file].map((text) => IMAGE_EXTENSION.exec(text)?.[0].toLowerCase())
  if (fileExtension !== undefined && fileExtension !== pathExtension) return false
  const [a, b] = [path, file].map((text) => fold(bare(partsOf(text).join('/')))) as [string, string]
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`)
}
