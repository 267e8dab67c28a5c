import './bar-chart.css'

export interface Bar {
  label: string
  value: number
  /** The value as it is read; the number itself by default. */
  text?: string
}

/** Bars with their names and numbers beside them: a table for readers of the screen, of any number of rows and any length of name. */
export function BarChart({ label, noun, bars }: { label: string; noun: string; bars: readonly Bar[] }) {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  const text = ({ value, text: given }: Bar): string => given ?? value.toLocaleString('en')
  const room = `max(4.5rem, ${Math.max(...bars.map((bar) => text(bar).length), 0) + 1}ch)`
  return (
    <div className="bar-chart" role="group" aria-label={label} tabIndex={0}>
      <table>
        <caption className="unseen">{label}</caption>
        <thead className="unseen">
          <tr>
            <th scope="col">{noun}</th>
            <th scope="col">Number</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.label}>
              <th scope="row" className="break">
                {bar.label}
              </th>
              <td style={{ paddingRight: room }}>
                <span className="bar" style={{ width: `${(100 * Math.max(0, bar.value)) / most}%` }} />
                <span style={{ marginRight: `calc(-1 * ${room})` }}>{text(bar)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
