const EMPTY = Buffer.alloc(0)

/** Reads a stream in pieces of any length, with no more in memory than the piece and one chunk. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Buffer, undefined>
  private held: Buffer = EMPTY
  /** Bytes that were read or skipped. */
  position = 0

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>
  }

  /** Bytes that can be taken without waiting. */
  get available(): number {
    return this.held.byteLength
  }

  /** The next bytes, of those that are available, which stay next. */
  next(length: number): Buffer {
    return this.held.subarray(0, length)
  }

  /** The next bytes, of those that are available. */
  take(length: number): Buffer {
    const bytes = this.held.subarray(0, length)
    this.held = this.held.subarray(length)
    this.position += length
    return bytes
  }

  /** The next bytes, which stay next; fewer only at the end. */
  async peek(length: number): Promise<Buffer> {
    if (this.held.byteLength >= length) return this.held.subarray(0, length)
    const parts = [this.held]
    let bytes = this.held.byteLength
    while (bytes < length) {
      const { done, value } = await this.chunks.next()
      if (done === true) break
      parts.push(value)
      bytes += value.byteLength
    }
    this.held = Buffer.concat(parts, bytes)
    return this.held.subarray(0, length)
  }

  /** The next bytes; fewer only at the end. */
  async read(length: number): Promise<Buffer> {
    const bytes = await this.peek(length)
    this.held = this.held.subarray(bytes.byteLength)
    this.position += bytes.byteLength
    return bytes
  }

  /** @returns whether there were as many. */
  async skip(length: number): Promise<boolean> {
    let left = length
    while (left > this.held.byteLength) {
      left -= this.held.byteLength
      this.position += this.held.byteLength
      const { done, value } = await this.chunks.next()
      this.held = done === true ? EMPTY : value
      if (done === true) return false
    }
    this.held = this.held.subarray(left)
    this.position += left
    return true
  }

  async close(): Promise<void> {
    await this.chunks.return?.()
  }
}
