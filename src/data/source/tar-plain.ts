import { imagingPath, loadImaging } from '../imaging.ts'
import type { ByteReader } from './byte-reader.ts'
import { BLOCK_BYTES } from './tar-header.ts'
import type { TarEntry } from './tar-entry.ts'

const MAX_ENTRIES = 512
const NUMBERS = 4
const EMPTY = Buffer.alloc(0)

const numbers = new Float64Array((MAX_ENTRIES + 1) * NUMBERS)
const numberBytes = new Uint8Array(numbers.buffer)

/** A file or folder of a tar archive with nothing to it but a name in ASCII and a content, which is in memory. */
export class PlainEntry implements TarEntry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  readonly content: Buffer
  readonly isUtf8 = true
  readonly isSparse = false
  readonly linkName = EMPTY

  constructor(name: string, kind: 'file' | 'folder', content: Buffer) {
    this.name = name
    this.kind = kind
    this.content = content
  }

  get size(): number {
    return this.content.byteLength
  }

  get stored(): number {
    return this.content.byteLength
  }

  head(): Buffer {
    return this.content
  }

  data(): Buffer {
    return this.content
  }
}

/** Takes plain entries of which header and content are in memory, up to the first of another kind; none where the addon is not built. */
export function plainEntries(reader: ByteReader): readonly PlainEntry[] {
  const { available } = reader
  if (available < BLOCK_BYTES || imagingPath === undefined) return []
  const { parameters, operations, run } = loadImaging()
  const held = reader.next(available)
  parameters.set([available, 1, 1, numberBytes.byteLength, 1, 1])
  run(operations.tarEntries, numberBytes, held)
  const [count = 0, taken = 0] = numbers
  const entries: PlainEntry[] = []
  for (let i = 1; i <= count; i++) {
    const [start, size, name] = [numbers[i * NUMBERS]!, numbers[i * NUMBERS + 1]!, numbers[i * NUMBERS + 2]!]
    const header = start - BLOCK_BYTES
    const kind = numbers[i * NUMBERS + 3] === 1 ? 'folder' : 'file'
    entries.push(
      new PlainEntry(held.toString('latin1', header, header + name), kind, held.subarray(start, start + size)),
    )
  }
  reader.take(taken)
  return entries
}
