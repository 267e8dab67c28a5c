import { MAX_LISTED } from '../../job-spec/ingest-report.ts'

/** Why an image was set aside. */
export interface Problem {
  file: string
  code: string
  detail: string
}

/** A count with the first of what is counted. */
export interface Listed<T> {
  readonly count: number
  readonly first: readonly T[]
  add(item: T): void
  /** Counts items that are not listed. */
  more(items: number): void
}

export function listOf<T extends object>(): Listed<T> {
  const first: T[] = []
  let count = 0
  return {
    get count() {
      return count
    },
    first,
    add(item) {
      count++
      if (first.length < MAX_LISTED) first.push(item)
    },
    more: (items) => void (count += items),
  }
}
