import { Checkbox, type Option } from '../ui/field.tsx'

interface ChoicesProps {
  label: string
  options: readonly Option[]
  /** Values that may be chosen; all by default. */
  allowed?: readonly string[]
  value: readonly string[]
  onChange: (value: string[]) => void
}

/** Several of a few. */
export function Choices({ label, options, allowed, value, onChange }: ChoicesProps) {
  return (
    <fieldset className="team-choices">
      <legend>{label}</legend>
      {options.map((option) => (
        <Checkbox
          key={option.value}
          label={option.label}
          checked={value.includes(option.value)}
          disabled={allowed?.includes(option.value) === false}
          onChange={(on) =>
            onChange(
              options.map((each) => each.value).filter((each) => (each === option.value ? on : value.includes(each))),
            )
          }
        />
      ))}
    </fieldset>
  )
}
