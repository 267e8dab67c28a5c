import { useState, type PointerEvent } from 'react'
import { isInside, OBJECTIVE, type Axis, type Brushes, type Trial } from './axes.ts'
import { BrushFields } from './brush-fields.tsx'
import './sweep.css'

interface ParallelChartProps {
  axes: readonly Axis[]
  trials: readonly Trial[]
  best: number | null
  mode: 'max' | 'min'
  brushes: Brushes
  onBrush: (brushes: Brushes) => void
}

const GAP = 150
const TOP = 34
const BOTTOM = 250
const HEIGHT = 272
const LEFT = 80
const HANDLE = 28
/** Shorter strokes of the pointer take a filter away. */
const MIN_BRUSH = 0.02

/** A line per trial over the fields that vary; a stroke along an axis keeps the trials that pass there. One function: axes, lines and brushes share one scale. */
export function ParallelChart({ axes, trials, best, mode, brushes, onBrush }: ParallelChartProps) {
  const [stroke, setStroke] = useState<{ axis: string; from: number; to: number }>()
  const width = LEFT * 2 + GAP * (axes.length - 1)
  const shown: Brushes = stroke === undefined ? brushes : { ...brushes, [stroke.axis]: between(stroke) }
  const objective = axes.find(({ id }) => id === OBJECTIVE)
  const quality = (trial: Trial): number => {
    const at = objective?.place(trial) ?? 0
    return mode === 'max' ? at : 1 - at
  }
  const down = (axis: string, event: PointerEvent<SVGRectElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId)
    const at = placeOf(event)
    setStroke({ axis, from: at, to: at })
  }
  const up = (): void => {
    if (stroke === undefined) return
    const [low, high] = between(stroke)
    setStroke(undefined)
    const others = Object.entries(brushes).filter(([id]) => id !== stroke.axis)
    onBrush(Object.fromEntries(high - low < MIN_BRUSH ? others : [...others, [stroke.axis, [low, high] as const]]))
  }
  const drawn = trials
    .map((trial) => ({ trial, isIn: isInside(trial, axes, shown), isBest: trial.number === best }))
    .sort((a, b) => Number(a.isIn) - Number(b.isIn) || Number(a.isBest) - Number(b.isBest))
  const inside = drawn.filter(({ isIn }) => isIn).length
  return (
    <div className="stack tight">
      <div className="chart-scroll" tabIndex={0} role="group" aria-label="Parallel coordinates of the trials">
        <svg
          className="sweep-svg"
          viewBox={`0 0 ${width} ${HEIGHT}`}
          style={{ minWidth: Math.min(width, 200 + 110 * axes.length), maxWidth: width * 1.4 }}
          role="img"
          aria-label={`${inside} of ${trials.length} trials over ${axes.map(({ label }) => label).join(', ')}; the table of trials has the same values.`}
        >
          {drawn.map(({ trial, isIn, isBest }) => (
            <path
              key={trial.number}
              className="parallel-line"
              d={lineOf(axes, trial)}
              data-off={!isIn || undefined}
              data-best={(isBest && isIn) || undefined}
              strokeOpacity={isIn && !isBest ? 0.3 + 0.6 * quality(trial) : 1}
            >
              <title>
                {`Trial ${trial.number}: ${axes.map(({ label, text }) => `${label} ${text(trial)}`).join(', ')}`}
              </title>
            </path>
          ))}
          {axes.map((axis, i) => (
            <g key={axis.id} transform={`translate(${LEFT + i * GAP} 0)`}>
              <text className="axis-name" y={14} textAnchor="middle">
                {short(axis.label)}
                <title>{axis.label}</title>
              </text>
              <line className="axis-line" y1={TOP} y2={BOTTOM} />
              {axis.ticks.map(({ at, label }) => (
                <g key={`${at} ${label}`} transform={`translate(0 ${yOf(at)})`}>
                  <line className="axis-line" x1={-4} x2={0} />
                  <text x={-8} dy="0.35em" textAnchor="end">
                    {short(label)}
                  </text>
                </g>
              ))}
              <BrushMark brush={shown[axis.id]} />
              <rect
                className="parallel-handle"
                data-axis={axis.id}
                x={-HANDLE / 2}
                y={TOP}
                width={HANDLE}
                height={BOTTOM - TOP}
                onPointerDown={(event) => down(axis.id, event)}
                onPointerMove={(event) => stroke !== undefined && setStroke({ ...stroke, to: placeOf(event) })}
                onPointerUp={up}
                onPointerCancel={() => setStroke(undefined)}
              />
            </g>
          ))}
        </svg>
      </div>
      <p className="faint small" role="status">
        {inside === trials.length
          ? 'Draw along an axis to keep the trials that pass there.'
          : `${inside} of ${trials.length} trials pass the filters.`}
      </p>
      <BrushFields axes={axes} brushes={brushes} onBrush={onBrush} />
    </div>
  )
}

function BrushMark({ brush }: { brush: readonly [number, number] | undefined }) {
  if (brush === undefined) return null
  const [low, high] = brush
  return (
    <rect
      className="parallel-brush"
      x={-7}
      y={yOf(high)}
      width={14}
      height={Math.max(2, yOf(low) - yOf(high))}
      rx={3}
    />
  )
}

const yOf = (at: number): number => BOTTOM - at * (BOTTOM - TOP)

const between = ({ from, to }: { from: number; to: number }): [number, number] => [
  Math.min(from, to),
  Math.max(from, to),
]

function placeOf(event: PointerEvent<SVGRectElement>): number {
  const { top, height } = event.currentTarget.getBoundingClientRect()
  return Math.min(1, Math.max(0, 1 - (event.clientY - top) / height))
}

const lineOf = (axes: readonly Axis[], trial: Trial): string =>
  axes
    .flatMap(({ place }, i) => {
      const at = place(trial)
      return at === null ? [] : `${LEFT + i * GAP} ${yOf(at).toFixed(1)}`
    })
    .map((point, i) => `${i === 0 ? 'M' : 'L'}${point}`)
    .join('')

const MAX_LABEL = 20
const short = (text: string): string => (text.length <= MAX_LABEL ? text : `…${text.slice(1 - MAX_LABEL)}`)
