/**
 * Looks up what many callers ask for at once in one query after the other. No answer is older than its question: what is asked while a query
 * runs is for the next one.
 */
export function batched<T>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (key: string) => Promise<T | undefined> {
  let next: { keys: Set<string>; result: Promise<ReadonlyMap<string, T>> } | undefined
  let last: Promise<unknown> = Promise.resolve()
  return async (key) => {
    if (next === undefined) {
      const keys = new Set<string>()
      const result = last.then(() => {
        next = undefined
        return load([...keys])
      })
      last = result.catch(() => undefined)
      next = { keys, result }
    }
    next.keys.add(key)
    return (await next.result).get(key)
  }
}
