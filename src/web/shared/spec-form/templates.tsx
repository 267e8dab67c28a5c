import type { FieldTemplateProps, FormContextType, ObjectFieldTemplateProps, RJSFSchema } from '@rjsf/utils'
import { useState, type ReactNode } from 'react'
import { known } from './form-context.ts'
import { isObject, words } from './value-paths.ts'

/** The fields draw their labels, descriptions and mistakes themselves. */
export const FieldTemplate = ({ children }: FieldTemplateProps<unknown, RJSFSchema>) => children

interface Group {
  title: string
  fields: readonly string[]
  isFolded?: boolean
}

const GROUPS: readonly Group[] = [
  { title: 'Model', fields: ['model'] },
  { title: 'Length and batch', fields: ['budget', 'batchSize', 'earlyStopping'] },
  { title: 'Optimisation', fields: ['optimizer', 'schedule', 'loss', 'averaging'] },
  { title: 'Images and augmentation', fields: ['image', 'augment', 'mix', 'sampling'], isFolded: true },
  { title: 'Evaluation', fields: ['evaluation', 'calibration', 'adjustment', 'openSet'], isFolded: true },
  { title: 'Advanced', fields: ['stages', 'precision', 'seed', 'classes'], isFolded: true },
]

export function ObjectTemplate(props: ObjectFieldTemplateProps<unknown, RJSFSchema, FormContextType>) {
  const { properties, fieldPathId, uiSchema, title, description, formData, registry, schema } = props
  const contents = properties.map(({ content }) => content)
  if (isObject(uiSchema?.['ui:options']) && uiSchema['ui:options']['inside'] === true)
    return <div className="form-fields">{contents}</div>
  if (fieldPathId.path.length > 0) {
    const { error } = known({ registry, fieldPathId, schema })
    const isItem = typeof fieldPathId.path.at(-1) === 'number'
    const fields = <div className="form-fields">{contents}</div>
    if (isItem) return fields
    return (
      <fieldset className="form-object">
        <legend className="field-label">{words(title)}</legend>
        {description !== undefined && <p className="field-description">{description}</p>}
        {error !== undefined && <p className="field-error">{error}</p>}
        {fields}
      </fieldset>
    )
  }
  const isOf = ({ fields }: Group): boolean => properties.some(({ name }) => fields.includes(name))
  if (GROUPS.filter(isOf).length < 2) return <div className="form-fields">{contents}</div>
  const given = isObject(formData) ? Object.keys(formData) : []
  return (
    <div className="stack tight">
      {GROUPS.map(({ title: name, fields, isFolded = false }) => {
        const inGroup = fields.flatMap((field) => properties.filter((property) => property.name === field))
        if (inGroup.length === 0) return null
        const changed = given.filter((key) => fields.includes(key)).length
        return (
          <Fold key={name} title={name} changed={changed} isOpen={!isFolded || changed > 0}>
            {inGroup.map(({ content }) => content)}
          </Fold>
        )
      })}
    </div>
  )
}

function Fold({
  title,
  changed,
  isOpen,
  children,
}: {
  title: string
  changed: number
  isOpen: boolean
  children: ReactNode
}) {
  const [starts] = useState(isOpen)
  return (
    <details className="form-group" open={starts}>
      <summary>
        <h3>{title}</h3>
        {changed > 0 && <span className="faint small">{changed} changed</span>}
      </summary>
      <div className="form-fields">{children}</div>
    </details>
  )
}
