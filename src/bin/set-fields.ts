import { InvalidArgumentError } from 'commander'

/** A field of a spec, and what it is set to. */
export interface FieldSetting {
  path: readonly string[]
  value: unknown
}

/** Names that would reach into objects themselves. */
const REFUSED = new Set(['__proto__', 'constructor', 'prototype'])

/** One `--set`: `budget.epochs=3`, `/budget/epochs=3`, or a JSON object with many. Collects those before it. */
export function fieldSetting(text: string, before: readonly FieldSetting[] = []): FieldSetting[] {
  if (text.trimStart().startsWith('{')) return [...before, ...fieldsOf(text)]
  const at = text.indexOf('=')
  const path = at < 1 ? [] : pathOf(text.slice(0, at))
  if (path.length === 0 || path.some((part) => part === '' || REFUSED.has(part)))
    throw new InvalidArgumentError('FIELD=VALUE is expected, such as budget.epochs=3.')
  return [...before, { path, value: valueOf(text.slice(at + 1)) }]
}

const pathOf = (text: string): string[] => {
  const name = text.trim()
  return name.startsWith('/')
    ? name
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    : name.split('.')
}

/** A JSON value; what is none is a text, so that names need no quotes. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function fieldsOf(text: string): FieldSetting[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It is not JSON.')
  }
  return Object.entries(value as Record<string, unknown>)
    .filter(([key]) => !REFUSED.has(key))
    .map(([key, one]) => ({ path: [key], value: one }))
}

/**
 * A copy of a spec with the fields set. A component that is a name becomes an object of that name where one of its options is set; a budget
 * has one length, so that another one takes its place.
 */
export const withFields = (spec: unknown, settings: readonly FieldSetting[]): unknown =>
  settings.reduce((whole, { path, value }) => {
    const [key, length, ...deeper] = path
    return key === 'budget' && length !== undefined && deeper.length === 0
      ? placed(whole, [key], { [length]: value })
      : placed(whole, path, value)
  }, spec)

function placed(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(target) && /^\d{1,6}$/.test(key)) {
    const list: unknown[] = [...(target as unknown[])]
    const at = Math.min(Number(key), list.length)
    list[at] = placed(list[at], rest, value)
    return list
  }
  const object = typeof target === 'string' ? { name: target } : isObject(target) ? target : {}
  return { ...object, [key]: placed(object[key], rest, value) }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The settings as one object of changes. */
export const changesOf = (settings: readonly FieldSetting[]): Record<string, unknown> =>
  withFields({}, settings) as Record<string, unknown>
