import { Plus } from 'lucide-react'
import { useId } from 'react'
import type { Mistake, SpecContext } from '../shared/spec-form/form-context.ts'
import { SpecForm } from '../shared/spec-form/spec-form.tsx'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { METRICS, type Draft } from './draft.ts'
import { newField } from './space.ts'
import './sweep-fields.css'
import { HALVING_SCHEMA, POLICY_SEARCH_SCHEMA, RANGE_TEST_SCHEMA } from './sweep-schemas.ts'
import { VariedFieldRow } from './varied-field.tsx'

interface SweepFieldsProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  mistakes: readonly Mistake[]
  /** Pointers into the spec that can vary. */
  pointers: readonly string[]
}

/** What a sweep tries, and how. */
export function SweepFields(props: SweepFieldsProps) {
  const { draft, change, mistakes } = props
  if (draft.kind === 'job') return null
  if (draft.kind === 'range-test')
    return (
      <SpecForm
        id="range"
        schema={RANGE_TEST_SCHEMA}
        value={draft.rangeTest}
        onChange={(rangeTest) => change({ rangeTest })}
        context={contextOf(mistakes, '/rangeTest')}
      />
    )
  if (draft.kind === 'policy-search')
    return (
      <SpecForm
        id="search"
        schema={POLICY_SEARCH_SCHEMA}
        value={draft.policySearch}
        onChange={(policySearch) => change({ policySearch })}
        context={contextOf(mistakes, '/policySearch')}
      />
    )
  return <SpaceFields {...props} />
}

/** Mistakes of a part of the request, with pointers into that part. */
const contextOf = (mistakes: readonly Mistake[], part: string): SpecContext => ({
  resolved: undefined,
  reasons: {},
  mistakes: mistakes
    .filter(({ pointer }) => pointer.startsWith(part))
    .map(({ pointer, detail }) => ({ pointer: pointer.slice(part.length), detail })),
})

/** One function: one form, whose fields share the draft. */
function SpaceFields({ draft, change, mistakes, pointers }: SweepFieldsProps) {
  const list = useId()
  const { varied, kind } = draft
  const errorAt = (pointer: string): string | undefined =>
    mistakes.find((mistake) => mistake.pointer === pointer)?.detail
  const next = pointers.find((pointer) => varied.every((field) => field.pointer !== pointer)) ?? '/seed'
  return (
    <div className="stack">
      <datalist id={list}>
        {pointers.map((pointer) => (
          <option key={pointer} value={pointer} />
        ))}
      </datalist>
      {varied.map((field, index) => (
        <VariedFieldRow
          key={index}
          field={field}
          list={list}
          isGrid={kind === 'grid'}
          mistakes={mistakes}
          onChange={(part) => change({ varied: varied.with(index, { ...field, ...part }) })}
          onRemove={() => change({ varied: varied.toSpliced(index, 1) })}
        />
      ))}
      {errorAt('/space') !== undefined && <p className="field-error">The space {errorAt('/space')}.</p>}
      <div className="row">
        <Button onClick={() => change({ varied: [...varied, newField(next)] })}>
          <Plus aria-hidden /> Vary a field
        </Button>
      </div>
      <div className="form-fields">
        {kind !== 'grid' && (
          <TextField
            label="Trials"
            description="Points that are drawn, each one once."
            error={errorAt('/trials')}
            inputMode="numeric"
            value={draft.trials}
            onChange={(trials) => change({ trials })}
          />
        )}
        <SelectField
          label="Metric"
          description="Accuracies are maximised, losses minimised."
          value={draft.metric}
          onChange={(text) => change({ metric: METRICS.find((metric) => metric === text) ?? 'val/accuracy' })}
          options={METRICS.map((metric) => ({ value: metric, label: metric }))}
        />
        {kind !== 'grid' && (
          <TextField
            label="Seed of the points"
            error={errorAt('/seed')}
            inputMode="numeric"
            value={draft.seed}
            onChange={(seed) => change({ seed })}
          />
        )}
      </div>
      {kind === 'asha' && (
        <SpecForm
          id="halving"
          schema={HALVING_SCHEMA}
          value={draft.halving}
          onChange={(halving) => change({ halving })}
          context={contextOf(mistakes, '/asha')}
        />
      )}
    </div>
  )
}
