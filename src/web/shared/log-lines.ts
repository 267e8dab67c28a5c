import type { components } from '../../../clients/typescript/src/schema.ts'

export type LogLine = components['schemas']['LogLine']

/** Lines that are in the document; the download has all. */
export const MAX_LINES = 2000

/** Ids rise, so that a line which comes once more is left out. */
export function appended(before: readonly LogLine[], added: readonly LogLine[]): readonly LogLine[] {
  const last = BigInt(before.at(-1)?.id ?? '-1')
  const later = added.filter(({ id }) => BigInt(id) > last)
  return later.length === 0 ? before : [...before, ...later].slice(-MAX_LINES)
}
