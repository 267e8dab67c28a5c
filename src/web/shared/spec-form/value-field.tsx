import { useState } from 'react'
import { SelectField, TextField } from '../../ui/field.tsx'
import { known, type SpecFieldProps } from './form-context.ts'
import { about, Setting } from './setting.tsx'
import { shortText, words } from './value-paths.ts'

const NONE = ''

/** A number, a text, a yes or no, or one of a few values. */
export function ValueField(props: SpecFieldProps) {
  const { schema, name, formData, onChange } = props
  const { path, fallback, reason, error, isItem } = known(props)
  const [typed, setTyped] = useState('')
  const isGiven = formData !== undefined && !isItem
  const label = words(schema.title ?? name)
  const description = about(schema.description, isGiven ? undefined : reason)
  const set = (value: unknown): void => onChange(value, path)
  const values = schema.type === 'boolean' ? [true, false] : schema.enum
  const frame = { label, description, error }
  if (values !== undefined)
    return (
      <Setting label={label} isGiven={isGiven} onReset={() => set(undefined)}>
        <SelectField
          {...frame}
          value={formData === undefined ? NONE : shortText(formData)}
          onChange={(text) => set(values.find((value) => shortText(value) === text))}
          options={[
            ...(isItem ? [] : [{ value: NONE, label: defaultLabel(fallback) }]),
            ...values.map((value) => ({ value: shortText(value), label: shortText(value) })),
          ]}
        />
      </Setting>
    )
  const isNumber = schema.type === 'number' || schema.type === 'integer'
  const type = (text: string): void => {
    setTyped(text)
    if (!isNumber) set(text === '' ? undefined : text)
    // A text that is no number yet is kept, so that what is wrong with it is said.
    else set(text.trim() === '' ? undefined : Number.isFinite(Number(text)) ? Number(text) : text)
  }
  return (
    <Setting label={label} isGiven={isGiven} onReset={() => type('')}>
      <TextField
        {...frame}
        inputMode={isNumber ? 'decimal' : undefined}
        placeholder={fallback === undefined ? '' : shortText(fallback)}
        value={shown(formData, typed)}
        onChange={type}
      />
    </Setting>
  )
}

/** What was typed, where it means the value: `0.10` stays as it is. */
function shown(value: unknown, typed: string): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'number' && typed.trim() !== '' && Number(typed) === value ? typed : shortText(value)
}

export const defaultLabel = (fallback: unknown): string =>
  fallback === undefined ? 'Default' : `Default: ${shortText(fallback)}`
