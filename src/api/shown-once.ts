import { AppError } from '../errors.ts'
import type { CreatingCall } from './idempotency.ts'

interface ShownOnce<T> {
  prefix: string
  run: CreatingCall<T>['run']
  exists: (id: string) => Promise<boolean>
  /** Says of an id what was created, and what to do without its secret. */
  detail: (id: string) => string
}

/** A creating call whose answer has a secret that is shown once: it is not kept, and repeating the call is refused. */
export function shownOnce<T extends { id: string }>({ prefix, run, exists, detail }: ShownOnce<T>): CreatingCall<T> {
  const refused = (id: string): AppError => new AppError('conflict', detail(id))
  return {
    status: 201,
    prefix,
    run,
    async find(id) {
      if (await exists(id)) throw refused(id)
      return undefined
    },
    kept: ({ id }) => ({ id }),
    replay(kept) {
      throw refused((kept as { id: string }).id)
    },
  }
}
