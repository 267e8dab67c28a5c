type Numbers = Uint8Array | Uint32Array | Int32Array | Float64Array

const CHUNK_LENGTH = 1 << 16

/** A list of numbers that grows without being copied. */
export class Column<Chunk extends Numbers> {
  private readonly chunks: Chunk[] = []
  private readonly create: new (length: number) => Chunk
  length = 0

  constructor(create: new (length: number) => Chunk) {
    this.create = create
  }

  push(value: number): void {
    if (this.length % CHUNK_LENGTH === 0) this.chunks.push(new this.create(CHUNK_LENGTH))
    this.length++
    this.set(this.length - 1, value)
  }

  at(i: number): number {
    return this.chunks[Math.floor(i / CHUNK_LENGTH)]![i % CHUNK_LENGTH]!
  }

  set(i: number, value: number): void {
    this.chunks[Math.floor(i / CHUNK_LENGTH)]![i % CHUNK_LENGTH] = value
  }
}
