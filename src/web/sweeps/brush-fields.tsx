import { Button } from '../ui/button.tsx'
import type { Axis, Brushes } from './axes.ts'

interface BrushFieldsProps {
  axes: readonly Axis[]
  brushes: Brushes
  onBrush: (brushes: Brushes) => void
}

/** The filters of the axes for the keyboard, and a way to take them all away. */
export function BrushFields({ axes, brushes, onBrush }: BrushFieldsProps) {
  const set = (id: string, low: number, high: number): void => {
    const others = Object.entries(brushes).filter(([key]) => key !== id)
    const isAll = low <= 0 && high >= 1
    onBrush(Object.fromEntries(isAll ? others : [...others, [id, [Math.min(low, high), Math.max(low, high)] as const]]))
  }
  return (
    <div className="row spread">
      <details>
        <summary>Filter by field</summary>
        <div className="brush-list">
          {axes.map(({ id, label }) => {
            const [low, high] = brushes[id] ?? [0, 1]
            return (
              <fieldset key={id}>
                <legend className="small">{label}</legend>
                <Slider label="From" of={label} value={low} onChange={(value) => set(id, value, high)} />
                <Slider label="To" of={label} value={high} onChange={(value) => set(id, low, value)} />
              </fieldset>
            )
          })}
        </div>
      </details>
      {Object.keys(brushes).length > 0 && (
        <Button size="small" onClick={() => onBrush({})}>
          Show all trials
        </Button>
      )}
    </div>
  )
}

interface SliderProps {
  label: string
  of: string
  value: number
  onChange: (value: number) => void
}

const Slider = ({ label, of, value, onChange }: SliderProps) => (
  <label className="small">
    {label}
    <input
      type="range"
      min={0}
      max={1}
      step={0.01}
      value={value}
      aria-label={`${of}: ${label.toLowerCase()}`}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  </label>
)
