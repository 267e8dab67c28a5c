import { useRef } from 'react'
import type { Mistake } from '../shared/spec-form/form-context.ts'
import { TextArea } from '../ui/field.tsx'
import './json-editor.css'
import { placeOf, placesIn } from './json-places.ts'

interface JsonEditorProps {
  label: string
  description: string
  text: string
  onChange: (text: string) => void
  /** Why the text is no spec. */
  problem: string | undefined
  mistakes: readonly Mistake[]
}

const MAX_LINES = 28
const MIN_LINES = 8

/** The spec as text, as it was typed; each mistake leads to its place. */
export function JsonEditor({ label, description, text, onChange, problem, mistakes }: JsonEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const places = placesIn(text)
  const show = (pointer: string): void => {
    const place = placeOf(places, pointer)
    area.current?.focus()
    if (place !== undefined) area.current?.setSelectionRange(place.start, place.end)
  }
  const lines = text.split('\n').length + 1
  return (
    <div className="json-editor">
      <TextArea
        ref={area}
        label={label}
        description={description}
        error={problem === undefined ? undefined : `This is no JSON yet: ${problem}`}
        rows={Math.min(MAX_LINES, Math.max(MIN_LINES, lines))}
        spellCheck={false}
        autoCapitalize="off"
        value={text}
        onChange={onChange}
      />
      {mistakes.length > 0 && (
        <ul className="plain json-mistakes" aria-label="Mistakes in the spec">
          {mistakes.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              <button type="button" onClick={() => show(pointer)}>
                Line {placeOf(places, pointer)?.line ?? 1}, <code>{pointer === '' ? 'the whole spec' : pointer}</code>
              </button>{' '}
              {detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
