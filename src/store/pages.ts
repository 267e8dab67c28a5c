import { AppError } from '../errors.ts'
import type { PageRequest } from '../service/ports/caller.ts'
import type { Page } from '../service/resources.ts'

/** A page of rows with the last id as the cursor. */
export function page<Row extends { id: string | bigint }, T>(
  rows: Row[],
  limit: number,
  map: (row: Row) => T,
): Page<T> {
  const kept = rows.slice(0, limit)
  return { data: kept.map(map), nextCursor: rows.length > limit ? cursor(kept.at(-1)?.id) : null }
}

/** The query for rows, newest first, and one more than the page has. */
export function newest({ limit, after }: PageRequest): {
  where: { id?: { lt: string } }
  orderBy: { id: 'desc' }
  take: number
} {
  const before = idCursor(after)
  return { where: before === undefined ? {} : { id: { lt: before } }, orderBy: { id: 'desc' }, take: limit + 1 }
}

/** As above, for a team's rows. */
export function older(
  teamId: string,
  request: PageRequest,
): { where: { teamId: string; id?: { lt: string } }; orderBy: { id: 'desc' }; take: number } {
  const query = newest(request)
  return { ...query, where: { teamId, ...query.where } }
}

export function eventCursor(after: string | undefined): bigint {
  if (after === undefined) return 0n
  const text = /^\d+$/.test(after) ? after : decoded(after)
  if (!/^\d{1,18}$/.test(text)) throw noCursor(after)
  return BigInt(text)
}

export const cursor = (id: string | bigint | undefined): string => Buffer.from(String(id ?? '')).toString('base64url')
const decoded = (after: string): string => Buffer.from(after, 'base64url').toString('utf8')

/** The id after which a page of rows begins. */
export function idCursor(after: string | undefined): string | undefined {
  if (after === undefined) return undefined
  const id = decoded(after)
  if (!/^[a-z]{1,16}_[a-z0-9]{1,48}(@\d{1,9})?$/.test(id)) throw noCursor(after)
  return id
}

const noCursor = (after: string): AppError =>
  new AppError('invalid_request', `The cursor ${JSON.stringify(after)} is not one that was handed out.`, {
    errors: [{ pointer: '/after', detail: 'must be a nextCursor' }],
  })

/** The number at which a page of numbered rows continues. */
export function numberCursor(after: string | undefined): number | undefined {
  if (after === undefined) return undefined
  const text = decoded(after)
  if (!/^\d{1,9}$/.test(text)) throw noCursor(after)
  return Number(text)
}
