import type { Mistake, SpecContext } from '../shared/spec-form/form-context.ts'
import { SpecForm } from '../shared/spec-form/spec-form.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import type { Draft } from './draft.ts'
import { SETTINGS_SCHEMA } from './settings-schema.ts'

interface SettingsFieldsProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  mistakes: readonly Mistake[]
}

const SWEEP_SETTINGS = ['priority', 'resources']

/** What people call it, and how it is run; nothing of it changes what is trained. */
export function SettingsFields({ draft, change, mistakes }: SettingsFieldsProps) {
  const isJob = draft.kind === 'job'
  const context: SpecContext = { resolved: undefined, reasons: {}, mistakes }
  const errorAt = (pointer: string): string | undefined =>
    mistakes.find((mistake) => mistake.pointer === pointer || mistake.pointer.startsWith(`${pointer}/`))?.detail
  const changed = Object.keys(draft.settings).length
  return (
    <div className="stack">
      <TextField
        label="Name"
        description="What people call it."
        error={errorAt('/name')}
        maxLength={isJob ? 200 : 150}
        value={draft.name}
        onChange={(name) => change({ name })}
      />
      {isJob && (
        <>
          <TextField
            label="Tags"
            description="Separated by commas."
            error={errorAt('/tags')}
            value={draft.tags}
            onChange={(tags) => change({ tags })}
          />
          <TextArea
            label="Notes"
            error={errorAt('/notes')}
            rows={2}
            value={draft.notes}
            onChange={(notes) => change({ notes })}
          />
        </>
      )}
      <details className="form-group" open={changed > 0 || undefined}>
        <summary>
          <h3>{isJob ? 'Priority, limits, resources and order' : 'Priority and resources'}</h3>
          {changed > 0 && <span className="faint small">{changed} changed</span>}
        </summary>
        <SpecForm
          id="settings"
          schema={SETTINGS_SCHEMA}
          {...(isJob ? {} : { fields: SWEEP_SETTINGS })}
          value={draft.settings}
          onChange={(settings) => change({ settings })}
          context={context}
        />
      </details>
    </div>
  )
}
