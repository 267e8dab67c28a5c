import type { ResolvedSpec } from './schema.ts'

/** Fields that are replaced whole: a budget has one length. */
const WHOLE = new Set(['budget', 'pretrained'])

/**
 * A spec with changes as of a JSON merge patch (RFC 7396): null takes a field away, so that its default is chosen again. A component that
 * gets another name keeps no option of the one before.
 */
export function changedSpec(spec: ResolvedSpec, changes: object): Record<string, unknown> {
  return merged({ ...spec }, changes as Record<string, unknown>)
}

function merged(target: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  const result = new Map(Object.entries(target))
  for (const [key, change] of Object.entries(changes)) {
    const before = result.get(key)
    if (change === null) result.delete(key)
    else if (isObject(change) && isObject(before) && !WHOLE.has(key) && keepsName(before, change))
      result.set(key, merged(before, change))
    else result.set(key, change)
  }
  return Object.fromEntries(result)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const keepsName = (before: Record<string, unknown>, { name }: Record<string, unknown>): boolean =>
  name === undefined || name === before['name']
