import type { FieldPathList } from '@rjsf/utils'
import { SelectField } from '../../ui/field.tsx'
import { chosenOf, startOf, withOption } from './chosen.ts'
import { below, known, type SpecFieldProps } from './form-context.ts'
import { alternativesOf, type Alternative } from './form-schema.ts'
import { about, Setting } from './setting.tsx'
import { defaultLabel } from './value-field.tsx'
import { isObject, words } from './value-paths.ts'

const NONE = ''

/** One of several components or values by its name, with its options below. */
export function ChoiceField(props: SpecFieldProps) {
  const { schema, name, formData, onChange } = props
  const { path, fallback, reason, error, isItem } = known(props)
  const alternatives = alternativesOf(schema)
  const chosen = chosenOf(alternatives, formData)
  const effective = chosen ?? chosenOf(alternatives, fallback)
  const label = words(name)
  const set = (value: unknown): void => onChange(value, path)
  const isGiven = formData !== undefined && !isItem
  const choose = (id: string): void => {
    const alternative = alternatives.find((each) => each.id === id)
    set(alternative === undefined ? undefined : startOf(alternative))
  }
  return (
    <Setting label={label} isGiven={isGiven} onReset={() => set(undefined)}>
      <div className="choice">
        <SelectField
          label={label}
          hideLabel={isItem}
          description={about(
            effective === undefined || effective.description === '' ? schema.description : effective.description,
            isGiven ? undefined : reason,
          )}
          error={error}
          value={chosen?.id ?? NONE}
          onChange={choose}
          options={[
            ...(isItem ? [] : [{ value: NONE, label: defaultLabel(effective?.id ?? fallback) }]),
            ...alternatives.map(({ id }) => ({ value: id, label: id })),
          ]}
        />
        {effective !== undefined && <Options {...props} alternative={effective} />}
      </div>
    </Setting>
  )
}

/** The options of what is chosen; folded where there are many and none is given. */
function Options({ alternative, ...props }: SpecFieldProps & { alternative: Alternative }) {
  const { registry, fieldPathId, formData, onChange, name } = props
  const { form, kind } = alternative
  if (form === undefined) return null
  const { SchemaField } = registry.fields
  if (SchemaField === undefined) return null
  const change = (value: unknown, path: FieldPathList): void => {
    const own = fieldPathId.path
    if (kind === 'named' || kind === 'object') onChange(withOption(formData, alternative, below(path, own), value), own)
    else onChange(value, path)
  }
  const inner = (
    <SchemaField
      {...props}
      name={kind === 'value' || kind === 'list' ? alternative.id : name}
      key={alternative.id}
      schema={form.schema}
      uiSchema={form.ui}
      formData={typeof formData === 'string' && kind === 'named' ? undefined : formData}
      onChange={change}
    />
  )
  if (kind !== 'named') return inner
  const count = Object.keys(form.schema.properties ?? {}).length
  if (count === 0) return null
  const given = isObject(formData) ? Object.keys(formData).filter((key) => key !== 'name').length : 0
  return (
    <details className="options" open={given > 0 || count <= FEW || undefined}>
      <summary>
        {alternative.id}: {count} {count === 1 ? 'option' : 'options'}
        {given > 0 && `, ${given} changed`}
      </summary>
      {inner}
    </details>
  )
}

const FEW = 2
