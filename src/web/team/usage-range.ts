const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const MAX_DAYS = 366

export interface DayRange {
  from: string
  to: string
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))

/** The days that are asked for; thirty days up to today (UTC) where nothing usable is. */
export function rangeOf({ from, to }: Partial<DayRange>, now: number): DayRange {
  const last = isDay(to) ? to : dayOf(now)
  return { from: isDay(from) && from <= last ? from : dayOf(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS), to: last }
}

/** Every day of a range, so that days without usage are seen as such. */
export function daysOf({ from, to }: DayRange): string[] {
  const first = Date.parse(from)
  const count = Math.min(MAX_DAYS, Math.round((Date.parse(to) - first) / DAY_MS) + 1)
  return Array.from({ length: Math.max(0, count) }, (_, i) => dayOf(first + i * DAY_MS))
}
