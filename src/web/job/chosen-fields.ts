import { fieldAt, fieldsOf, pathOf, written } from '../shared/spec-fields.ts'

export interface ChosenField {
  path: string
  value: unknown
  /** What the schema has as its default; undefined where the default depends on the data. */
  usual: unknown
  why: string
}

type Schema = Record<string, unknown>

const GIVEN = 'Given in the spec.'
/** Every job has its own. */
const OWN = new Set(['name', 'dataset'])

/** Fields that are not the schema's defaults: chosen from the data, with the reason, and given ones. */
export function chosenFields(spec: unknown, reasons: unknown, schema: unknown): ChosenField[] {
  const chosen = reasonsOf(reasons).filter(([path]) => fieldAt(spec, path) !== undefined)
  const isChosen = (path: string): boolean =>
    chosen.some(([parent]) => path === parent || path.startsWith(`${parent}.`))
  const rest = [...fieldsOf(spec)].flatMap(([path, value]): ChosenField[] => {
    if (isChosen(path) || OWN.has(path)) return []
    const usual = defaultAt(schema, spec, path)
    return usual !== undefined && written(usual) === written(value) ? [] : [{ path, value, usual, why: GIVEN }]
  })
  return [
    ...rest,
    ...chosen.map(([path, why]) => ({ path, value: fieldAt(spec, path), usual: defaultAt(schema, spec, path), why })),
  ]
}

const reasonsOf = (reasons: unknown): [string, string][] =>
  isSchema(reasons) ? Object.entries(reasons).map(([pointer, why]) => [pathOf(pointer), String(why)]) : []

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The default of a field, in the schema of the component that the spec has there. */
function defaultAt(schema: unknown, spec: unknown, path: string): unknown {
  let [at, value]: [unknown, unknown] = [schema, spec]
  for (const key of path.split('.')) {
    const properties = ofComponent(at, value)?.['properties']
    if (!isSchema(properties)) return undefined
    at = properties[key]
    value = isSchema(value) ? value[key] : undefined
  }
  return isSchema(at) ? at['default'] : undefined
}

function ofComponent(schema: unknown, value: unknown): Schema | undefined {
  if (!isSchema(schema)) return undefined
  const options: unknown = schema['anyOf']
  if (!Array.isArray(options)) return schema
  const name = isSchema(value) ? value['name'] : undefined
  return options
    .map((option: unknown) => ofComponent(option, value))
    .find((option) => option !== undefined && constOf(option) === name && isSchema(option['properties']))
}

function constOf({ properties }: Schema): unknown {
  const name = isSchema(properties) ? properties['name'] : undefined
  return isSchema(name) ? name['const'] : undefined
}
