import { closeSync, fsyncSync, openSync } from 'node:fs'
import { writeAll } from '../write-all.ts'

const BUFFERED_RECORDS = 4096

/** Writes a file of records of one length, a block of them at a time. */
export class RecordWriter {
  private readonly file: number
  readonly buffer: Buffer
  private readonly recordBytes: number
  private used = 0

  constructor(path: string, recordBytes: number) {
    this.file = openSync(path, 'w')
    this.recordBytes = recordBytes
    this.buffer = Buffer.alloc(BUFFERED_RECORDS * recordBytes)
  }

  /** Adds a record, which the caller writes. @returns where it starts in `buffer` */
  add(): number {
    if (this.used === this.buffer.byteLength) this.flush()
    const start = this.used
    this.used += this.recordBytes
    return start
  }

  /** Writes what is waiting, and has the disk keep it. */
  finish(): void {
    this.flush()
    fsyncSync(this.file)
  }

  close(): void {
    closeSync(this.file)
  }

  private flush(): void {
    writeAll(this.file, this.buffer.subarray(0, this.used))
    this.used = 0
  }
}
