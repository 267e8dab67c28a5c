import { join } from 'node:path'
import type { ImageTable } from './image-table.ts'
import { Spool } from './spool.ts'

/** Paths that are sorted in memory at once. */
const RUN_LENGTH = 1 << 14
const BUFFER_BYTES = 1 << 14

/**
 * The places of all images by path, so that nothing depends on the order of the archive. Runs of paths are sorted in memory and merged from disk.
 * @param folder for temporary files
 */
export function pathOrder(table: ImageTable, folder: string, runLength = RUN_LENGTH): Int32Array {
  const order = Int32Array.from({ length: table.length }, (_, i) => i)
  if (isSorted(table)) return order
  if (table.length <= runLength) return sortByPath(table, order).order
  const runs: Run[] = []
  try {
    for (let start = 0; start < table.length; start += runLength)
      runs.push(sortedRun(table, order.subarray(start, start + runLength), join(folder, `run${runs.length}.tmp`)))
    let count = 0
    for (let first = firstOf(runs); first !== undefined; first = firstOf(runs)) {
      order[count++] = first.index()
      first.next()
    }
    return order
  } finally {
    for (const run of runs) run.close()
  }
}

function isSorted(table: ImageTable): boolean {
  let before = ''
  for (let i = 0; i < table.length; i++) {
    const path = table.path(i)
    if (path < before) return false
    before = path
  }
  return true
}

function firstOf(runs: readonly Run[]): Run | undefined {
  let first: Run | undefined
  for (const run of runs)
    if (run.path !== undefined && (first?.path === undefined || run.path < first.path)) first = run
  return first
}

function sortedRun(table: ImageTable, places: Int32Array, path: string): Run {
  const { order, paths } = sortByPath(table, places)
  return new Run(order, paths, path)
}

function sortByPath(table: ImageTable, places: Int32Array): { order: Int32Array; paths: string[] } {
  const paths = Array.from(places, (place) => table.path(place))
  // Of equal paths the one that came first is first.
  const byPath = Array.from(places.keys()).sort((a, b) =>
    paths[a]! < paths[b]! ? -1 : paths[a] === paths[b] ? a - b : 1,
  )
  return { order: Int32Array.from(byPath, (i) => places[i]!), paths: byPath.map((i) => paths[i]!) }
}

/** Images sorted by path, the paths on disk. */
class Run {
  path: string | undefined
  private readonly places: Int32Array
  private readonly lengths: Uint16Array
  private readonly spool: Spool
  private i = -1
  private start = 0

  constructor(places: Int32Array, paths: readonly string[], file: string) {
    this.places = places
    this.spool = new Spool(file, BUFFER_BYTES)
    this.lengths = Uint16Array.from(paths, (path) => {
      const bytes = Buffer.from(path)
      this.spool.append(bytes)
      return bytes.byteLength
    })
    this.next()
  }

  index(): number {
    return this.places[this.i]!
  }

  next(): void {
    this.i++
    const length = this.lengths[this.i]
    this.path = length === undefined ? undefined : this.spool.read(this.start, length).toString('utf8')
    this.start += length ?? 0
  }

  close(): void {
    this.spool.close()
  }
}
