import { AppError } from '../errors.ts'
import type { Sort } from '../service/ports/lists.ts'

/** Where a sorted list continues: the value and the id of the last row that was read. */
export type SortValue = ({ type: 'time' | 'text'; value: string } | { type: 'integer' | 'number'; value: number }) & {
  id: string
}

const ID = /^[a-z]{1,16}_[a-z0-9]{1,48}(@\d{1,9})?$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/
const MAX_INTEGER = 2 ** 31
/** What the database takes in no text. */
const UNTOLD = /\p{Surrogate}|\0/u

const textOf = ({ by, descending }: Sort): string => `${descending ? '-' : ''}${by}`

export function sortCursor(sort: Sort, { id, sortedBy }: { id: string; sortedBy: string | number | Date }): string {
  const value = sortedBy instanceof Date ? sortedBy.toISOString().slice(0, -1) : sortedBy
  return Buffer.from(JSON.stringify([textOf(sort), value, id])).toString('base64url')
}

/** @throws AppError `invalid_request` for what is no cursor of a list that is sorted so */
export function sortedAfter(cursor: string, sort: Sort, type: SortValue['type']): SortValue {
  const [sortedBy, value, id] = parsed(cursor)
  const isId = typeof id === 'string' && ID.test(id)
  if (!isId || sortedBy !== textOf(sort) || !isOfType(value, type)) throw noCursor(cursor)
  return { type, value, id } as SortValue
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function isOfType(value: unknown, type: SortValue['type']): boolean {
  if (type === 'time') return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(`${value}Z`))
  if (type === 'text') return typeof value === 'string' && !UNTOLD.test(value)
  if (type === 'integer') return Number.isInteger(value) && Math.abs(value as number) < MAX_INTEGER
  return Number.isFinite(value)
}

const noCursor = (after: string): AppError =>
  new AppError('invalid_request', `The cursor ${JSON.stringify(after)} is not one that a list sorted so handed out.`, {
    errors: [{ pointer: '/after', detail: 'must be a nextCursor' }],
  })
