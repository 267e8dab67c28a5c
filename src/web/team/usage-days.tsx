import { duration } from '../format.ts'
import type { UsageRow } from './usage.tsx'
import { daysOf, type DayRange } from './usage-range.ts'

/** Device time of every day of the range, as columns; the table beneath it has the numbers. */
export function UsageDays({ rows, range }: { rows: readonly UsageRow[]; range: DayRange }) {
  const seconds = new Map(rows.map(({ day, deviceSeconds }) => [day, deviceSeconds]))
  const days = daysOf(range).map((day) => ({ day, value: seconds.get(day) ?? 0 }))
  const most = Math.max(...days.map(({ value }) => value), 1)
  return (
    <figure className="usage-days">
      <span className="faint small">{duration(most)}</span>
      <div
        className="usage-days-columns"
        role="img"
        aria-label={`Device time per day from ${range.from} to ${range.to}, at most ${duration(most)}`}
      >
        {days.map(({ day, value }) => (
          <span key={day} className="usage-days-day" title={`${day}: ${duration(value)}`}>
            <span style={{ height: `${(100 * value) / most}%` }} />
          </span>
        ))}
      </div>
      <figcaption className="row spread faint small">
        <span>{range.from}</span>
        <span>{range.to}</span>
      </figcaption>
    </figure>
  )
}
