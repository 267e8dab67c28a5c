/** How values are shown in tables. What there is none of is a hyphen. */
export const NONE = '-'

export const percent = (fraction: number | null | undefined): string =>
  fraction === null || fraction === undefined ? NONE : `${(100 * fraction).toFixed(2)} %`

/** A number to four digits. */
export const shortNumber = (value: number | null | undefined): string =>
  value === null || value === undefined ? NONE : String(Number(value.toPrecision(4)))

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** A time in the reader's zone, to the minute. */
export function localTime(iso: string | null | undefined): string {
  if (iso === null || iso === undefined) return NONE
  const at = new Date(iso)
  const day = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-')
  return `${day} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`
}

/** A length of time, such as 2 h 5 min. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`
}

export const orNone = (text: string): string => (text === '' ? NONE : text)
