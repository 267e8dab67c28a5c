import { X } from 'lucide-react'
import type { Mistake } from '../shared/spec-form/form-context.ts'
import { IconButton } from '../ui/button.tsx'
import { Checkbox, SelectField, TextField } from '../ui/field.tsx'
import type { VariedField } from './space.ts'

interface VariedFieldRowProps {
  field: VariedField
  /** Id of the list of pointers. */
  list: string
  isGrid: boolean
  mistakes: readonly Mistake[]
  onChange: (part: Partial<VariedField>) => void
  onRemove: () => void
}

const WAYS = [
  { value: 'range', label: 'A range' },
  { value: 'values', label: 'These values' },
]
const SCALES = [
  { value: 'linear', label: 'Linear' },
  { value: 'log', label: 'Logarithmic' },
]

/** One field that varies: its values, or a range with a scale. One function: one form over one state. */
export function VariedFieldRow({ field, list, isGrid, mistakes, onChange, onRemove }: VariedFieldRowProps) {
  const { pointer, way, values, min, max, scale, integer, points } = field
  const at = `/space/${pointer.replaceAll('/', '~1')}`
  const errorAt = (part = ''): string | undefined => mistakes.find((mistake) => mistake.pointer === at + part)?.detail
  return (
    <fieldset className="varied">
      <legend className="unseen">Values of {pointer}</legend>
      <div className="varied-head">
        <TextField
          label="Field"
          list={list}
          error={errorAt()}
          value={pointer}
          onChange={(text) => onChange({ pointer: text })}
        />
        <SelectField
          label="Takes"
          value={way}
          options={WAYS}
          onChange={(text) => onChange({ way: text === 'values' ? 'values' : 'range' })}
        />
        <IconButton label={`Do not vary ${pointer}`} icon={<X aria-hidden />} onClick={onRemove} />
      </div>
      {way === 'values' ? (
        <TextField
          label="Values"
          description="Numbers, names or JSON, separated by commas."
          error={errorAt('/values')}
          value={values}
          onChange={(text) => onChange({ values: text })}
        />
      ) : (
        <div className="varied-range">
          <TextField
            label="From"
            inputMode="decimal"
            error={errorAt('/min')}
            value={min}
            onChange={(text) => onChange({ min: text })}
          />
          <TextField
            label="To"
            inputMode="decimal"
            error={errorAt('/max')}
            value={max}
            onChange={(text) => onChange({ max: text })}
          />
          <SelectField
            label="Scale"
            value={scale}
            options={SCALES}
            onChange={(text) => onChange({ scale: text === 'log' ? 'log' : 'linear' })}
          />
          {isGrid && (
            <TextField
              label="Points"
              inputMode="numeric"
              error={errorAt('/points')}
              value={points}
              onChange={(text) => onChange({ points: text })}
            />
          )}
          <Checkbox label="Whole numbers" checked={integer} onChange={(on) => onChange({ integer: on })} />
        </div>
      )}
    </fieldset>
  )
}
