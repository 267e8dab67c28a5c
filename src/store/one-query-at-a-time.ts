import type { PrismaPg } from '@prisma/adapter-pg'

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>
type Transaction = Awaited<ReturnType<Adapter['startTransaction']>>

/**
 * Has each transaction send one query at a time. Prisma reads the relations of a row side by side, in a transaction too, whose connection
 * takes one query after another: `pg` queues them itself, but warns, and will refuse.
 */
export function oneQueryAtATime(factory: PrismaPg): PrismaPg {
  return replacing(factory, 'connect', (connect) => async () => {
    const adapter = await connect()
    return replacing(adapter, 'startTransaction', (start) => async (isolation) => inTurn(await start(isolation)))
  })
}

function inTurn(transaction: Transaction): Transaction {
  let last: Promise<unknown> = Promise.resolve()
  const queued =
    <Query, Result>(send: (query: Query) => Promise<Result>) =>
    (query: Query): Promise<Result> => {
      const result = last.then(() => send(query))
      last = result.catch(() => undefined)
      return result
    }
  return replacing(replacing(transaction, 'queryRaw', queued), 'executeRaw', queued)
}

/** The object with one method replaced; everything else is its own. */
export function replacing<T extends object, Name extends keyof T>(
  object: T,
  name: Name,
  by: (method: T[Name] & ((...input: never[]) => unknown)) => T[Name],
): T {
  const method = object[name] as T[Name] & ((...input: never[]) => unknown)
  const replacement = by(method.bind(object) as typeof method)
  return new Proxy(object, {
    get(target, key) {
      if (key === name) return replacement
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
