import Form from '@rjsf/core/lib/components/Form.js'
import type { FormContextType, RJSFSchema } from '@rjsf/utils'
import { useMemo } from 'react'
import { ChoiceField } from './choice-field.tsx'
import type { SpecContext } from './form-context.ts'
import { formSchema, type JsonSchema } from './form-schema.ts'
import { JsonField } from './json-field.tsx'
import { ListField } from './list-field.tsx'
import './spec-form.css'
import { FieldTemplate, ObjectTemplate } from './templates.tsx'
import { validator } from './validator.ts'
import { ValueField } from './value-field.tsx'
import { isObject } from './value-paths.ts'

interface SpecFormProps {
  schema: JsonSchema
  /** The fields that are shown; all by default. */
  fields?: readonly string[]
  value: Readonly<Record<string, unknown>>
  onChange: (value: Record<string, unknown>) => void
  context: SpecContext
  /** Unlike that of other forms of the page. */
  id: string
}

const FIELDS = {
  StringField: ValueField,
  NumberField: ValueField,
  BooleanField: ValueField,
  ArrayField: ListField,
  choice: ChoiceField,
  json: JsonField,
}
const TEMPLATES = { FieldTemplate, ObjectFieldTemplate: ObjectTemplate }
const NO_DEFAULTS = { emptyObjectFields: 'skipDefaults', arrayMinItems: { populate: 'never' } } as const

/** What may be said about a job, as its schema has it; what is not said is chosen by the service. */
export function SpecForm({ schema, fields, value, onChange, context, id }: SpecFormProps) {
  const form = useMemo(() => formSchema(only(schema, fields)), [schema, fields])
  return (
    <Form<unknown, RJSFSchema, FormContextType>
      schema={form.schema}
      uiSchema={form.ui}
      formData={value}
      onChange={({ formData }) => onChange(isObject(formData) ? given(formData) : {})}
      formContext={context}
      fields={FIELDS}
      templates={TEMPLATES}
      validator={validator}
      experimental_defaultFormStateBehavior={NO_DEFAULTS}
      idPrefix={id}
      tagName="div"
      className="spec-form"
      noValidate
    >
      <></>
    </Form>
  )
}

function only(schema: JsonSchema, fields: readonly string[] | undefined): JsonSchema {
  if (fields === undefined) return schema
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => fields.includes(key))
  return { ...schema, properties: Object.fromEntries(properties) }
}

/** Without keys that have no value, and objects in which nothing is said. */
function given(value: Record<string, unknown>): Record<string, unknown> {
  const said = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
    if (each === undefined) return []
    if (!isObject(each)) return [[key, each]]
    const inner = given(each)
    return Object.keys(inner).length === 0 ? [] : [[key, inner]]
  })
  return Object.fromEntries(said)
}
