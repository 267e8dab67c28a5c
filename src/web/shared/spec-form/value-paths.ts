/** Values of JSON by the way that leads to them. */
export type Path = readonly (string | number)[]

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 6901. */
export const pointerOf = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

export const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

export function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (Array.isArray(value)) value = (value as unknown[])[Number(part)]
    else if (isObject(value)) value = value[part]
    else return undefined
  }
  return value
}

/** A copy with another value there; undefined takes the key away, with objects that are empty without it. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(root)) {
    const items: unknown[] = [...(root as unknown[])]
    items[Number(key)] = withValue(items[Number(key)], rest, value)
    return items
  }
  const { [key]: before, ...others } = isObject(root) ? root : {}
  const after = withValue(before, rest, value)
  const isGone = after === undefined || (value === undefined && isObject(after) && Object.keys(after).length === 0)
  if (isGone) return others
  return isObject(root) && key in root ? { ...root, [key]: after } : { ...others, [key]: after }
}

/** `learningRate` as `Learning rate`. */
export function words(key: string): string {
  const text = key.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  )
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A value in a line of text. */
export function shortText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shortText).join(', ')
  if (isObject(value) && typeof value['name'] === 'string') return value['name']
  return JSON.stringify(value) ?? ''
}
