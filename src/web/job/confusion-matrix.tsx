import { useMemo, useState, type KeyboardEvent } from 'react'
import { count, counted } from '../format.ts'
import './confusion-matrix.css'
import { shortName, type Cell } from './confusion.ts'

interface ConfusionMatrixProps {
  names: readonly string[]
  confusion: readonly (readonly number[])[]
  /** Labels of the classes to show, in their order. */
  shown: readonly number[]
  onChoose: (cell: Cell) => void
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** A grid of buttons of which one is a stop of the tab key; arrow keys lead to the others. */
export function ConfusionMatrix({ names, confusion, shown, onChoose }: ConfusionMatrixProps) {
  const [[row, column], setAt] = useState<readonly [number, number]>([0, 0])
  const totals = useMemo(() => shown.map((label) => sumOf(confusion[label] ?? [])), [confusion, shown])
  const move = (event: KeyboardEvent<HTMLTableElement>): void => {
    const by = MOVES[event.key]
    if (by === undefined) return
    event.preventDefault()
    const within = (place: number): number => Math.max(0, Math.min(shown.length - 1, place))
    const next = [within(row + by[0]), within(column + by[1])] as const
    setAt(next)
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next.join(' ')}"]`)?.focus()
  }
  return (
    <div className="confusion">
      <table role="grid" aria-label="Confusion matrix" onKeyDown={move}>
        <thead>
          <tr>
            <td />
            {shown.map((label) => (
              <th key={label} scope="col" title={names[label]}>
                <span>{shortName(names[label] ?? '')}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((label, y) => (
            <tr key={label}>
              <th scope="row" title={names[label]}>
                {shortName(names[label] ?? '')}
              </th>
              {shown.map((predicted, x) => {
                const images = confusion[label]?.[predicted] ?? 0
                return (
                  <td key={predicted}>
                    <button
                      type="button"
                      data-cell={`${y} ${x}`}
                      tabIndex={y === row && x === column ? 0 : -1}
                      className={label === predicted ? 'right' : 'wrong'}
                      style={{ '--share': strengthOf(images, totals[y] ?? 0) }}
                      aria-label={`${names[label] ?? ''} taken for ${names[predicted] ?? ''}: ${counted(images, 'image')}`}
                      onFocus={() => setAt([y, x])}
                      onClick={() => onChoose({ label, predicted })}
                    >
                      {images === 0 ? '' : count(images)}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const MAX_STRENGTH = 40

const sumOf = (row: readonly number[]): number => row.reduce((sum, images) => sum + images, 0)

/** Small fractions are to be seen too. */
function strengthOf(images: number, total: number): string {
  return `${Math.round(Math.sqrt(images / Math.max(1, total)) * MAX_STRENGTH)}%`
}

declare module 'react' {
  interface CSSProperties {
    /** Of a cell of the matrix. */
    '--share'?: string
  }
}
