import { Checkbox, TextField } from '../../ui/field.tsx'
import { known, type SpecFieldProps } from './form-context.ts'
import { alternativesOf } from './form-schema.ts'
import { ItemsField } from './items-field.tsx'
import { about, Setting } from './setting.tsx'
import { words } from './value-paths.ts'

/** A list: of a few known values, of numbers, or of pieces with options. */
export function ListField(props: SpecFieldProps) {
  const items = props.schema.items
  if (typeof items !== 'object' || Array.isArray(items)) return null
  if (items.enum !== undefined) return <ChecksField {...props} values={items.enum} />
  if (items.type === 'object' || alternativesOf(items).length > 0) return <ItemsField {...props} items={items} />
  return <RowField {...props} isNumber={items.type !== 'string'} />
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

function ChecksField({ values, ...props }: SpecFieldProps & { values: readonly unknown[] }) {
  const { schema, name, formData, onChange } = props
  const { path, fallback, error } = known(props)
  const chosen = listOf(formData ?? fallback)
  const label = words(name)
  const toggle = (value: unknown, isOn: boolean): void =>
    onChange(
      values.filter((each) => (each === value ? isOn : chosen.includes(each))),
      path,
    )
  return (
    <Setting label={label} isGiven={formData !== undefined} onReset={() => onChange(undefined, path)}>
      <fieldset className="checks">
        <legend className="field-label">{label}</legend>
        <div className="row">
          {values.map((value) => (
            <Checkbox
              key={String(value)}
              label={String(value)}
              checked={chosen.includes(value)}
              onChange={(isOn) => toggle(value, isOn)}
            />
          ))}
        </div>
        <p className="field-description">{schema.description}</p>
        {error !== undefined && <p className="field-error">{error}</p>}
      </fieldset>
    </Setting>
  )
}

/** Numbers or texts in one line, between commas. */
function RowField({ isNumber, ...props }: SpecFieldProps & { isNumber: boolean }) {
  const { schema, name, formData, onChange } = props
  const { path, fallback, reason, error } = known(props)
  const label = words(name)
  const value = (text: string): unknown => (isNumber && Number.isFinite(Number(text)) ? Number(text) : text)
  const type = (text: string): void => {
    const parts = text.split(',').map((part) => part.trim())
    onChange(text.trim() === '' ? undefined : parts.map((part) => (part === '' ? '' : value(part))), path)
  }
  return (
    <Setting label={label} isGiven={formData !== undefined} onReset={() => onChange(undefined, path)}>
      <TextField
        label={label}
        description={about(`${schema.description ?? ''} Separated by commas.`, reason)}
        error={error}
        placeholder={listOf(fallback).join(', ')}
        value={formData === undefined ? '' : listOf(formData).join(', ')}
        onChange={type}
      />
    </Setting>
  )
}
