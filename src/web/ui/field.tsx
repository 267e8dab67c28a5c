import { Field } from '@base-ui/react/field'
import type { ComponentPropsWithRef, ReactNode } from 'react'
import './field.css'

interface Labelled {
  label: string
  /** What it does, with its unit; read with the field. */
  description?: ReactNode
  /** What is wrong with the value. */
  error?: string
  /** For those who do not see it: the field stands where its meaning is plain. */
  hideLabel?: boolean
}

type Control<Tag extends 'input' | 'textarea' | 'select'> = Omit<
  ComponentPropsWithRef<Tag>,
  'onChange' | 'className' | 'value'
> & { value: string; onChange: (value: string) => void }

/** Label, field, description and error, tied together for readers of the screen. */
export function FieldFrame({
  label,
  description,
  error,
  hideLabel = false,
  children,
}: Labelled & { children: ReactNode }) {
  return (
    <Field.Root className="field" invalid={error !== undefined}>
      <Field.Label className={hideLabel ? 'unseen' : 'field-label'}>{label}</Field.Label>
      {children}
      {description !== undefined && <Field.Description className="field-description">{description}</Field.Description>}
      {error !== undefined && (
        <Field.Error match className="field-error">
          {error}
        </Field.Error>
      )}
    </Field.Root>
  )
}

export function TextField({ label, description, error, hideLabel, onChange, ...input }: Labelled & Control<'input'>) {
  return (
    <FieldFrame label={label} description={description} error={error} hideLabel={hideLabel}>
      <Field.Control {...input} className="control" onChange={(event) => onChange(event.target.value)} />
    </FieldFrame>
  )
}

export function TextArea({ label, description, error, hideLabel, onChange, ...area }: Labelled & Control<'textarea'>) {
  return (
    <FieldFrame label={label} description={description} error={error} hideLabel={hideLabel}>
      <Field.Control
        value={area.value}
        render={<textarea {...area} className="control" onChange={(event) => onChange(event.target.value)} />}
      />
    </FieldFrame>
  )
}

export interface Option {
  value: string
  label: string
}

interface SelectFieldProps extends Labelled, Omit<Control<'select'>, 'children'> {
  options: readonly Option[]
}

/** The browser's own list: works on a phone, by keyboard and with any number of options. */
export function SelectField({ label, description, error, hideLabel, options, onChange, ...select }: SelectFieldProps) {
  return (
    <FieldFrame label={label} description={description} error={error} hideLabel={hideLabel}>
      <Field.Control
        value={select.value}
        render={
          <select {...select} className="control" onChange={(event) => onChange(event.target.value)}>
            {options.map(({ value, label: text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        }
      />
    </FieldFrame>
  )
}

interface CheckboxProps extends Omit<ComponentPropsWithRef<'input'>, 'type' | 'onChange' | 'className'> {
  label: string
  onChange: (checked: boolean) => void
  hideLabel?: boolean
}

export function Checkbox({ label, onChange, hideLabel = false, ...input }: CheckboxProps) {
  return (
    <label className="checkbox">
      <input {...input} type="checkbox" onChange={(event) => onChange(event.target.checked)} />
      <span className={hideLabel ? 'unseen' : undefined}>{label}</span>
    </label>
  )
}
