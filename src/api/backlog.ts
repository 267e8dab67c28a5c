/** Newest items of a topic that are kept for its readers; who is further behind reads them from the database. */
const MAX_ITEMS = 500
const MAX_CHARACTERS = 500_000
/** Of what a reader gets at once. */
const BATCH_CHARACTERS = 200_000

/** One message of a stream: its id, by which a reader resumes, and the text that is sent, which is made once for all readers. */
export interface StreamItem {
  id: bigint
  frame: string
  value: unknown
}

/** The newest items of a topic, in a bounded number of characters. */
export interface Backlog {
  /** The newest id that was read. */
  newest(): bigint
  push(items: readonly StreamItem[]): void
  /** The next items after an id; undefined where some of them are kept no more. */
  after(id: bigint): StreamItem[] | undefined
}

export function backlog(from: bigint): Backlog {
  const kept: StreamItem[] = []
  let characters = 0
  /** What is after it is kept. */
  let start = from
  let newest = from
  return {
    newest: () => newest,
    push(items) {
      for (const item of items) {
        if (item.id <= newest) continue
        newest = item.id
        kept.push(item)
        characters += item.frame.length
      }
      let dropped = 0
      while (kept.length - dropped > MAX_ITEMS || (characters > MAX_CHARACTERS && dropped < kept.length)) {
        const item = kept[dropped++]
        characters -= item?.frame.length ?? 0
        start = item?.id ?? start
      }
      kept.splice(0, dropped)
    },
    after(id) {
      if (id < start) return undefined
      const batch: StreamItem[] = []
      let size = 0
      for (const item of kept.slice(firstAfter(kept, id))) {
        size += item.frame.length
        if (batch.length > 0 && size > BATCH_CHARACTERS) break
        batch.push(item)
      }
      return batch
    },
  }
}

function firstAfter(items: readonly StreamItem[], id: bigint): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.id ?? 0n) > id) high = middle
    else low = middle + 1
  }
  return low
}
