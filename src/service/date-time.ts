import { AppError } from '../errors.ts'

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/i

/** @throws AppError `invalid_request` for what is no time with its zone */
export function dateTime(text: string, pointer: string): Date {
  const time = RFC_3339.test(text) ? new Date(text) : new Date(NaN)
  if (!Number.isNaN(time.getTime())) return time
  const detail = 'must be a time with its zone, such as 2027-01-31T12:00:00Z'
  throw new AppError('invalid_request', `${pointer.slice(1)} ${detail}.`, { errors: [{ pointer, detail }] })
}
