/** Numbers, sizes and times as a person reads them, in the reader's zone. */
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })
const COUNT = new Intl.NumberFormat('en')
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const
const SPANS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

export const dateTime = (at: string): string => DATE_TIME.format(new Date(at))

/** `3 minutes ago`; moments of the last minute, of either clock, are `just now`. */
export function ago(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000
  const [unit, size] = SPANS.find(([, length]) => Math.abs(seconds) >= length) ?? []
  return unit === undefined ? 'just now' : RELATIVE.format(Math.trunc(seconds / size), unit)
}

export const count = (value: number): string => COUNT.format(value)

/** Plural of a regular noun: `1 image`, `2,000 images`. */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`

export const percent = (share: number | null | undefined, digits = 1): string =>
  share === null || share === undefined ? '–' : `${(100 * share).toFixed(digits)} %`

/** Three figures: `0.00123`, `12.3`, `1,230`. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (Number.isInteger(value)) return count(value)
  const size = Math.abs(value)
  if (size >= 1000) return count(Math.round(value))
  return size !== 0 && size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(3)))
}

export function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3))
  return `${Number((value / 1000 ** power).toPrecision(3))} ${UNITS[power] ?? 'B'}`
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return pair([Math.floor(whole / 60), 'min'], [whole % 60, 's'])
  if (whole < 86_400) return pair([Math.floor(whole / 3600), 'h'], [Math.floor((whole % 3600) / 60), 'min'])
  return pair([Math.floor(whole / 86_400), 'd'], [Math.floor((whole % 86_400) / 3600), 'h'])
}

type Part = readonly [number, string]
const pair = ([big, bigUnit]: Part, [rest, unit]: Part): string =>
  rest === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${rest} ${unit}`
