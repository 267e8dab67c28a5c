type Numbers = Uint8Array | Uint32Array | Int32Array | Float64Array

const CHUNK_BITS = 16
const CHUNK_LENGTH = 1 << CHUNK_BITS
const CHUNK_MASK = CHUNK_LENGTH - 1

/** A list of numbers that grows without being copied. */
export class Column<Chunk extends Numbers> {
  private readonly chunks: Chunk[] = []
  private readonly create: new (length: number) => Chunk
  private last: Chunk
  length = 0

  constructor(create: new (length: number) => Chunk) {
    this.create = create
    this.last = new create(0)
  }

  push(value: number): void {
    const at = this.length++ & CHUNK_MASK
    if (at === 0) {
      this.last = new this.create(CHUNK_LENGTH)
      this.chunks.push(this.last)
    }
    this.last[at] = value
  }

  at(i: number): number {
    return this.chunks[i >>> CHUNK_BITS]![i & CHUNK_MASK]!
  }

  set(i: number, value: number): void {
    this.chunks[i >>> CHUNK_BITS]![i & CHUNK_MASK] = value
  }
}
