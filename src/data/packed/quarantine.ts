import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../ingest/problems.ts'
import { QUARANTINE_FILE } from '../packed.ts'
import { writeAll } from '../write-all.ts'

const FLUSH_LINES = 1000

/** Writes quarantined.jsonl, one line for each file that was set aside. */
export class QuarantineWriter {
  private readonly file: number
  private lines: string[] = []

  constructor(folder: string) {
    this.file = openSync(join(folder, QUARANTINE_FILE), 'w')
  }

  add({ file, code, detail }: Problem): void {
    this.lines.push(`${JSON.stringify({ file, code, detail })}\n`)
    if (this.lines.length === FLUSH_LINES) this.flush()
  }

  flush(): void {
    writeAll(this.file, Buffer.from(this.lines.join('')))
    this.lines = []
  }

  close(): void {
    closeSync(this.file)
  }
}
