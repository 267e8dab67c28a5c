/** Specs as fields: their paths with dots, and their values. */

type Fields = ReadonlyMap<string, unknown>

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every field of a spec that holds no further ones; lists count as one. */
export function fieldsOf(spec: unknown): Fields {
  const fields = new Map<string, unknown>()
  const add = (value: unknown, path: string): void => {
    if (!isRecord(value) || Object.keys(value).length === 0) fields.set(path, value)
    else for (const [key, inner] of Object.entries(value)) add(inner, path === '' ? key : `${path}.${key}`)
  }
  if (isRecord(spec)) add(spec, '')
  return fields
}

export function fieldAt(spec: unknown, path: string): unknown {
  let value = spec
  for (const key of path.split('.')) {
    if (!isRecord(value)) return undefined
    value = value[key]
  }
  return value
}

/** A value as it is written in a spec: texts without quotes. */
export function written(value: unknown): string {
  if (value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Paths of fields whose values are not the same in all specs, in the order in which they come. */
export function differingFields(specs: readonly unknown[]): string[] {
  const all = specs.map(fieldsOf)
  const paths = new Set(all.flatMap((fields) => [...fields.keys()]))
  return [...paths].filter((path) => new Set(all.map((fields) => written(fields.get(path)))).size > 1)
}

/** `/loss/labelSmoothing` as `loss.labelSmoothing`. */
export const pathOf = (pointer: string): string =>
  pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
