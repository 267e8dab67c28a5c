import type { RJSFSchema, UiSchema } from '@rjsf/utils'

/** What the schema of a spec is made of. */
export interface JsonSchema {
  type?: string
  const?: string | number | boolean
  enum?: readonly (string | number)[]
  anyOf?: readonly JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: readonly string[]
  additionalProperties?: boolean
  items?: JsonSchema
  default?: unknown
  description?: string
  minimum?: number
  maximum?: number
}

/** A schema and how its fields are drawn. */
export interface FormSchema {
  schema: RJSFSchema
  ui: UiSchema
}

/** One way to give a value where the schema allows several: a constant, a component by its name, an object, a list or a number. */
export interface Alternative {
  /** What the list of choices shows; unlike every other one. */
  id: string
  kind: 'constant' | 'named' | 'object' | 'list' | 'value'
  description: string
  /** Of a constant. */
  value?: string | number | boolean
  /** Of an object: the property that tells it from others. */
  key?: string
  /** Whether an object of options says its name too. */
  needsName?: boolean
  /** Of everything but constants. */
  form?: FormSchema
}

/** Schema keywords of the form alone; the default is shown, and not written into the value. */
interface Extras {
  alternatives?: readonly Alternative[]
  fallback?: unknown
}

export const alternativesOf = (schema: RJSFSchema): readonly Alternative[] => (schema as Extras).alternatives ?? []
export const fallbackOf = (schema: RJSFSchema): unknown => (schema as Extras).fallback

const isConstant = (schema: JsonSchema): boolean => schema.const !== undefined

/** The schema as the form walks it: alternatives behind one field each, and no defaults that would be written into the value. */
export function formSchema(schema: JsonSchema): FormSchema {
  const { anyOf, type, properties, items, additionalProperties } = schema
  const said = {
    ...(schema.description === undefined ? {} : { description: schema.description }),
    ...(schema.default === undefined ? {} : { fallback: schema.default }),
  }
  if (anyOf?.every(isConstant) === true)
    return enumeration(
      anyOf.map((each) => each.const ?? ''),
      said,
    )
  if (schema.enum !== undefined) return enumeration(schema.enum, said)
  if (anyOf !== undefined)
    return { schema: { ...said, alternatives: alternatives(anyOf) }, ui: { 'ui:field': 'choice' } }
  if (type === 'object' && properties !== undefined && additionalProperties === false) {
    const { schemas, ui } = openProperties(properties)
    return { schema: { ...said, type: 'object', properties: schemas }, ui }
  }
  if (type === 'array' && items !== undefined && items.type !== 'array') {
    const item = formSchema(items)
    if (item.ui['ui:field'] !== 'json')
      return { schema: { ...said, type: 'array', items: item.schema }, ui: { items: item.ui } }
  }
  if (type === 'object' || type === 'array') return { schema: said, ui: { 'ui:field': 'json' } }
  const { minimum, maximum } = schema
  return { schema: { ...said, type, minimum, maximum } as RJSFSchema, ui: {} }
}

function enumeration(values: readonly (string | number | boolean)[], said: Extras): FormSchema {
  const type = typeof values[0] === 'number' ? 'number' : 'string'
  return { schema: { ...said, type, enum: [...values] }, ui: {} }
}

function openProperties(properties: Record<string, JsonSchema>) {
  const opened = Object.entries(properties).map(([key, schema]) => [key, formSchema(schema)] as const)
  return {
    schemas: Object.fromEntries(opened.map(([key, { schema }]) => [key, schema])),
    ui: Object.fromEntries(opened.map(([key, { ui }]) => [key, ui])),
  }
}

function alternatives(schemas: readonly JsonSchema[]): Alternative[] {
  const found = new Map<string, Alternative>()
  for (const schema of schemas.flatMap(flat)) {
    const alternative = alternativeOf(schema)
    const known = found.get(alternative.id)
    // The name alone comes first, its options after it: one choice.
    if (known === undefined || known.kind === 'constant') found.set(alternative.id, alternative)
  }
  return [...found.values()]
}

const flat = (schema: JsonSchema): readonly JsonSchema[] => schema.anyOf?.flatMap(flat) ?? [schema]

function alternativeOf(schema: JsonSchema): Alternative {
  const { type, const: value, required = [], description = '' } = schema
  if (value !== undefined) return { id: String(value), kind: 'constant', description, value }
  const { name, ...options } = schema.properties ?? {}
  const named = name?.const
  if (typeof named === 'string') {
    const form = formSchema({ type: 'object', properties: options, additionalProperties: false })
    return { id: named, kind: 'named', description, needsName: required.includes('name'), form: inside(form) }
  }
  const [key] = required
  if (type === 'object' && key !== undefined)
    return { id: `by ${key}`, kind: 'object', description, key, form: inside(formSchema(schema)) }
  if (type === 'array') return { id: 'a list', kind: 'list', description, form: formSchema(schema) }
  return { id: type === 'string' ? 'by name' : 'a number', kind: 'value', description, form: formSchema(schema) }
}

/** Options of a choice stand below it, with no frame of their own. */
const inside = ({ schema, ui }: FormSchema): FormSchema => ({ schema, ui: { ...ui, 'ui:options': { inside: true } } })
