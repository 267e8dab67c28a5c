import { useState } from 'react'
import { TextArea } from '../../ui/field.tsx'
import { known, type SpecFieldProps } from './form-context.ts'
import { about, Setting } from './setting.tsx'
import { words } from './value-paths.ts'

/** What has no fields of its own is written as JSON. */
export function JsonField(props: SpecFieldProps) {
  const { schema, name, formData, onChange } = props
  const { path, reason, error } = known(props)
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string>()
  const label = words(name)
  const type = (next: string): void => {
    setText(next)
    try {
      onChange(next.trim() === '' ? undefined : JSON.parse(next), path)
      setWrong(undefined)
    } catch (mistake) {
      setWrong(`This is no JSON yet: ${(mistake as Error).message}.`)
    }
  }
  const written = formData === undefined ? '' : JSON.stringify(formData, null, 2)
  return (
    <Setting label={label} isGiven={formData !== undefined} onReset={() => type('')}>
      <TextArea
        label={`${label} (JSON)`}
        description={about(schema.description, reason)}
        error={wrong ?? error}
        rows={3}
        spellCheck={false}
        value={wrong !== undefined || means(text, written) ? text : written}
        onChange={type}
      />
    </Setting>
  )
}

/** Whether a text stands for the same value as another one. */
function means(text: string, written: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text), null, 2) === written
  } catch {
    return false
  }
}
