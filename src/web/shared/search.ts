/** What a link carries in its search params: anything may stand there, so that what does not fit is left out. */
export type Search = Record<string, unknown>

export function textIn(search: Search, key: string): string | undefined {
  const value = search[key]
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function oneOf<T extends string>(search: Search, key: string, known: readonly T[]): T | undefined {
  const value = textIn(search, key)
  return known.find((one) => one === value)
}

export function wholeIn(search: Search, key: string): number | undefined {
  const value = Number(textIn(search, key) ?? NaN)
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
