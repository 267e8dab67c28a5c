import type { FileHandle } from 'node:fs/promises'
import type { Budget } from '../source/budget.ts'

/** Appends to the file of packed pixels, and gathers small writes. */
export class Appender {
  private readonly buffer = Buffer.alloc(1 << 22)
  private used = 0
  private offset = 0
  private readonly file: FileHandle
  private readonly budget: Budget

  constructor(file: FileHandle, budget: Budget) {
    this.file = file
    this.budget = budget
  }

  /** @returns where the bytes begin. */
  async append(bytes: Uint8Array): Promise<number> {
    this.budget.pack(bytes.byteLength)
    const at = this.offset + this.used
    if (this.used + bytes.byteLength > this.buffer.byteLength) await this.flush()
    if (bytes.byteLength > this.buffer.byteLength) {
      await this.file.write(bytes, 0, bytes.byteLength, this.offset)
      this.offset += bytes.byteLength
    } else {
      this.buffer.set(bytes, this.used)
      this.used += bytes.byteLength
    }
    return at
  }

  async flush(): Promise<void> {
    if (this.used > 0) await this.file.write(this.buffer, 0, this.used, this.offset)
    this.offset += this.used
    this.used = 0
  }
}
