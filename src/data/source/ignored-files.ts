import { extname } from 'node:path/posix'
import { hiddenBy } from './hidden.ts'

/** Files of one extension, or in one hidden folder, that were ignored. */
export interface IgnoredKind {
  /** An extension with its dot, the name of what hides the files, or `(no extension)`. */
  kind: string
  count: number
  /** Path of the first. */
  example: string
}

const MAX_KINDS = 1000
const OTHERS = '(others)'

/** Counts files that are no images, by extension. */
export class IgnoredFiles {
  private readonly kinds = new Map<string, IgnoredKind>()
  count = 0

  add(path: string): void {
    this.count++
    const named = hiddenBy(path)?.part ?? (extname(path).toLowerCase() || '(no extension)')
    const kind = this.kinds.has(named) || this.kinds.size < MAX_KINDS ? named : OTHERS
    const known = this.kinds.get(kind)
    if (known === undefined) this.kinds.set(kind, { kind, count: 1, example: path })
    else known.count++
  }

  /** The most frequent first. */
  byKind(): IgnoredKind[] {
    return [...this.kinds.values()].sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
  }
}
