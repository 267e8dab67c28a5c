import { duration } from '../format.ts'
import { BarChart } from '../ui/bar-chart.tsx'
import type { UsageRow } from './usage.tsx'
import { daysOf, type DayRange } from './usage-range.ts'

/** Device time of every day of the range. */
export function UsageDays({ rows, range }: { rows: readonly UsageRow[]; range: DayRange }) {
  const seconds = new Map(rows.map(({ day, deviceSeconds }) => [day, deviceSeconds]))
  const bars = daysOf(range).map((day) => {
    const value = seconds.get(day) ?? 0
    return { label: day, value, text: value === 0 ? '–' : duration(value) }
  })
  return <BarChart label="Device time per day" noun="Day" bars={bars} />
}
