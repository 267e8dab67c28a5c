const EMPTY = Buffer.alloc(0)

/**
 * Reads a stream in pieces of any length, with no more in memory than the piece and one chunk. A piece is in the memory of its chunk, or in memory of its
 * own where it reaches from one chunk into the next.
 */
export class ByteReader {
  private readonly chunks: AsyncIterator<Buffer, undefined>
  private held: Buffer = EMPTY
  /** What follows `held`, of the last chunk. */
  private rest: Buffer = EMPTY
  /** Memory for what reaches over several chunks. */
  private joined: Buffer = EMPTY
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
    if (this.held.byteLength === 0) this.takeRest()
    return bytes
  }

  /** The next bytes, which stay next; fewer only at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.held.byteLength < length && (await this.hasRest())) {
      if (this.held.byteLength === 0) this.takeRest()
      else this.append(length - this.held.byteLength)
    }
    return this.held.subarray(0, length)
  }

  /** The next bytes; fewer only at the end. */
  async read(length: number): Promise<Buffer> {
    const bytes = await this.peek(length)
    return this.take(bytes.byteLength)
  }

  /** @returns whether there were as many. */
  async skip(length: number): Promise<boolean> {
    let left = length
    while (left > this.held.byteLength) {
      left -= this.held.byteLength
      this.position += this.held.byteLength
      this.held = EMPTY
      if (!(await this.hasRest())) return false
      this.takeRest()
    }
    this.take(left)
    return true
  }

  async close(): Promise<void> {
    await this.chunks.return?.()
  }

  private async hasRest(): Promise<boolean> {
    if (this.rest.byteLength > 0) return true
    const { done, value } = await this.chunks.next()
    if (done !== true) this.rest = value
    return done !== true
  }

  private takeRest(): void {
    this.held = this.rest
    this.rest = EMPTY
  }

  /** Moves bytes of the rest after what is held, in memory that doubles, so that long pieces are copied few times. */
  private append(length: number): void {
    const part = this.rest.subarray(0, length)
    this.rest = this.rest.subarray(part.byteLength)
    const used = this.held.byteLength
    let end = this.held.byteOffset - this.joined.byteOffset + used
    if (this.held.buffer !== this.joined.buffer || end + part.byteLength > this.joined.byteLength) {
      // Not of the pool that small buffers share: then `buffer` tells memory apart.
      this.joined = Buffer.allocUnsafeSlow(Math.max(2 * used, used + part.byteLength))
      this.held.copy(this.joined)
      end = used
    }
    part.copy(this.joined, end)
    this.held = this.joined.subarray(end - used, end + part.byteLength)
  }
}
