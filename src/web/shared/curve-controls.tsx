import type { ReactNode } from 'react'
import { Checkbox, SelectField, TextField } from '../ui/field.tsx'
import './curve-controls.css'
import type { CurveLook } from './curve-look.ts'
import { AXES, AXIS_NAMES } from './curves.ts'

interface CurveControlsProps {
  look: CurveLook
  onChange: (look: CurveLook) => void
  children?: ReactNode
}

/** The x axis, smoothing and scale of all curves of a page. */
export function CurveControls({ look, onChange, children }: CurveControlsProps) {
  const { axis = 'step', smoothing = 0, logScale = false } = look
  return (
    <div className="curve-controls">
      {children}
      <SelectField
        label="X axis"
        value={axis}
        options={AXES.map((value) => ({ value, label: AXIS_NAMES[value] }))}
        onChange={(value) => onChange({ ...look, axis: AXES.find((each) => each === value) })}
      />
      <TextField
        label={`Smoothing: ${smoothing}`}
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={String(smoothing)}
        onChange={(value) => onChange({ ...look, smoothing: Number(value) })}
      />
      <Checkbox
        label="Logarithmic y axis"
        checked={logScale}
        onChange={(isOn) => onChange({ ...look, logScale: isOn })}
      />
    </div>
  )
}
