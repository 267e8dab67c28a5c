import type { StoredLine } from '../../service/log-resources.ts'

/** Characters that wait to be written: the first ones of a burst and its last ones. */
const MAX_CHARACTERS = 500_000

export interface NumberedLine extends StoredLine {
  number: number
}

/** Lines that wait to be written. Of more than that, the middle is dropped; its numbers are missing then. */
export function pendingLines(): { add(line: StoredLine): void; take(): NumberedLine[] } {
  let head: NumberedLine[] = []
  let tail: NumberedLine[] = []
  let dropped = 0
  let [headSize, tailSize, next] = [0, 0, 0]
  return {
    add(line) {
      const numbered = { ...line, number: next++ }
      const size = line.text.length + 1
      if (headSize < MAX_CHARACTERS / 2) {
        headSize += size
        head.push(numbered)
        return
      }
      tailSize += size
      tail.push(numbered)
      while (tailSize > MAX_CHARACTERS / 2) tailSize -= (tail[dropped++]?.text.length ?? 0) + 1
      // Dropped in bulk: one by one, each would move all others.
      if (dropped > tail.length / 2) {
        tail = tail.slice(dropped)
        dropped = 0
      }
    },
    take() {
      const lines = [...head, ...tail.slice(dropped)]
      ;[head, tail, dropped, headSize, tailSize] = [[], [], 0, 0, 0]
      return lines
    },
  }
}
