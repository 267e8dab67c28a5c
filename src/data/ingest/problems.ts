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

/** @param onAdd is given every item, also those that are not listed */
export function listOf<T extends object>(onAdd: (item: T) => void = () => undefined): Listed<T> {
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
      onAdd(item)
    },
    more: (items) => void (count += items),
  }
}
