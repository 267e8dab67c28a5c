import { isDeepStrictEqual } from 'node:util'

/** A place where two specs differ; a value that one of them lacks is absent. */
export interface SpecDifference {
  /** RFC 6901. */
  pointer: string
  a?: unknown
  b?: unknown
}

/** Where two specs differ, field by field; lists and what has other components are compared whole. */
export function specDifferences(a: unknown, b: unknown, pointer = ''): SpecDifference[] {
  if (isDeepStrictEqual(a, b)) return []
  if (!isRecord(a) || !isRecord(b) || (pointer !== '' && a['name'] !== b['name']))
    return [{ pointer, ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) }]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    specDifferences(a[key], b[key], `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
