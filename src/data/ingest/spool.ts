import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'

const BUFFER_BYTES = 1 << 20
const WINDOW_BYTES = 1 << 16
/** Of UTF-8, for a unit of UTF-16. */
const MAX_BYTES_PER_UNIT = 3
const SMALL_WINDOW_BYTES = 1 << 9

/** A temporary file that is appended to and read at any place; it has no name, so that nothing of it is left whatever happens. */
export class Spool {
  private readonly file: number
  private readonly buffer: Buffer
  private used = 0
  private written = 0
  private window = Buffer.alloc(0)
  private windowStart = 0

  constructor(path: string, bufferBytes = BUFFER_BYTES) {
    this.buffer = Buffer.alloc(bufferBytes)
    this.file = openSync(path, 'wx+')
    unlinkSync(path)
  }

  get bytes(): number {
    return this.written + this.used
  }

  /** @returns the byte at which what was appended starts. */
  append(bytes: Uint8Array): number {
    const start = this.bytes
    if (this.used + bytes.byteLength > this.buffer.byteLength) this.flush()
    if (bytes.byteLength > this.buffer.byteLength) {
      writeSync(this.file, bytes, 0, bytes.byteLength, this.written)
      this.written += bytes.byteLength
    } else {
      this.buffer.set(bytes, this.used)
      this.used += bytes.byteLength
    }
    return start
  }

  /** Appends a text in UTF-8. @returns the byte at which it starts. */
  appendText(text: string): number {
    const start = this.bytes
    if (text.length * MAX_BYTES_PER_UNIT > this.buffer.byteLength - this.used) this.flush()
    if (text.length * MAX_BYTES_PER_UNIT > this.buffer.byteLength) return this.append(Buffer.from(text))
    this.used += this.buffer.write(text, this.used)
    return start
  }

  /** Bytes that are valid until the next call; fewer at the end. Places that follow each other cost the least. */
  read(start: number, length: number): Buffer {
    const at = this.find(start, length)
    return this.window.subarray(at, at + length)
  }

  /** The same as text. */
  readText(start: number, length: number, encoding: 'utf8' | 'hex'): string {
    const at = this.find(start, length)
    return this.window.toString(encoding, at, at + length)
  }

  /** @returns where bytes of the file are in the window. */
  private find(start: number, length: number): number {
    this.flush()
    const within = start - this.windowStart
    if (within < 0 || within + length > this.window.byteLength) {
      const isNext = within >= 0 && within <= this.window.byteLength + WINDOW_BYTES
      const size = Math.max(length, isNext ? WINDOW_BYTES : SMALL_WINDOW_BYTES)
      const target = this.window.buffer.byteLength >= size ? Buffer.from(this.window.buffer) : Buffer.alloc(size)
      const count = readSync(this.file, target, 0, size, start)
      this.window = target.subarray(0, count)
      this.windowStart = start
    }
    return start - this.windowStart
  }

  /** Replaces bytes that were appended before. */
  overwrite(start: number, bytes: Uint8Array): void {
    this.flush()
    writeSync(this.file, bytes, 0, bytes.byteLength, start)
    this.window = this.window.subarray(0, 0)
  }

  close(): void {
    closeSync(this.file)
  }

  private flush(): void {
    if (this.used === 0) return
    writeSync(this.file, this.buffer, 0, this.used, this.written)
    this.written += this.used
    this.used = 0
    this.window = this.window.subarray(0, 0)
  }
}
