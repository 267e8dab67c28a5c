import { AppError } from '../errors.ts'

/** @throws AppError `not_found` where there is none; another team's are like those that do not exist. */
export function found<T>(value: T | undefined, what: string, id: string): T {
  if (value === undefined) throw new AppError('not_found', `There is no ${what} ${id}.`)
  return value
}
