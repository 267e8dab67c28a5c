/** At most so many characters of a text, without half a surrogate pair at its end. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** A key as a segment of a JSON pointer (RFC 6901), cut where it is long. */
export const pointerSegment = (key: string): string => clip(key, 100).replaceAll('~', '~0').replaceAll('/', '~1')
