import './sweep.css'

interface Tick {
  at: number
  label: string
}

interface Side {
  label: string
  ticks: readonly Tick[]
}

export interface Point {
  id: string
  /** From 0 to 1 along each axis. */
  x: number
  y: number
  text: string
  isBest?: boolean
}

interface XyChartProps {
  label: string
  x: Side
  y: Side
  points: readonly Point[]
  /** Joins the points. */
  isLine?: boolean
  /** Upright lines with their names. */
  marks?: readonly Tick[]
}

const WIDTH = 560
const HEIGHT = 300
const BOX = { left: 64, right: 540, top: 16, bottom: 250 }

/** Points over two axes; what each one is stands in its tool tip, and in the table of the page. One function: axes and marks share one scale. */
export function XyChart({ label, x, y, points, isLine = false, marks = [] }: XyChartProps) {
  return (
    <svg
      className="sweep-svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      style={{ maxWidth: 760 }}
    >
      {y.ticks.map((tick) => (
        <g key={tick.label} transform={`translate(0 ${yOf(tick.at)})`}>
          <line className="grid-line" x1={BOX.left} x2={BOX.right} />
          <text x={BOX.left - 8} dy="0.35em" textAnchor="end">
            {tick.label}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <g key={tick.label} transform={`translate(${xOf(tick.at)} ${BOX.bottom})`}>
          <line className="axis-line" y2={5} />
          <text y={18} textAnchor="middle">
            {tick.label}
          </text>
        </g>
      ))}
      <line className="axis-line" x1={BOX.left} x2={BOX.right} y1={BOX.bottom} y2={BOX.bottom} />
      <text className="axis-name" x={(BOX.left + BOX.right) / 2} y={HEIGHT - 6} textAnchor="middle">
        {x.label}
      </text>
      <text
        className="axis-name"
        textAnchor="middle"
        transform={`translate(14 ${(BOX.top + BOX.bottom) / 2}) rotate(-90)`}
      >
        {y.label}
      </text>
      {marks.map((mark) => (
        <g key={mark.label} transform={`translate(${xOf(mark.at)} 0)`}>
          <line className="xy-mark" y1={BOX.top} y2={BOX.bottom} />
          <text x={4} y={BOX.top + 8}>
            {mark.label}
          </text>
        </g>
      ))}
      {isLine ? (
        <path className="xy-line" d={points.map((point, i) => `${i === 0 ? 'M' : 'L'}${at(point)}`).join('')} />
      ) : (
        points.map((point) => (
          <circle
            key={point.id}
            className="xy-point"
            cx={xOf(point.x)}
            cy={yOf(point.y)}
            r={point.isBest === true ? 6 : 4.5}
            data-best={point.isBest === true || undefined}
          >
            <title>{point.text}</title>
          </circle>
        ))
      )}
    </svg>
  )
}

const xOf = (at: number): number => BOX.left + at * (BOX.right - BOX.left)
const yOf = (at: number): number => BOX.bottom - at * (BOX.bottom - BOX.top)
const at = ({ x, y }: Point): string => `${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`
