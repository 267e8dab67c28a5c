import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { closest } from 'fastest-levenshtein'
import { AppError, type ErrorDetail } from '../errors.ts'
import { AUGMENTS, COMPONENT_FIELDS, type ComponentField, type ComponentSpec } from './components.ts'
import { PLAIN_FIELDS } from './schema.ts'

/** A spec whose fields are all valid, with components as objects with every option; fields that were left out stay so. */
export type ParsedSpec = Partial<Record<ComponentField, ComponentSpec>> & {
  name?: string
  dataset?: string
  classes?: number
  image?: { size?: number; channels?: 1 | 3; mean?: number[]; std?: number[] }
  augment?: ComponentSpec[]
  budget?: { epochs?: number; steps?: number }
  batchSize?: number
  precision?: 'auto' | 'float32' | 'bfloat16'
  calibration?: 'none' | 'temperature'
  seed?: number
}

const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, verbose: true })
const compiled = new WeakMap<object, ValidateFunction>()
const KEYS = [...Object.keys(PLAIN_FIELDS), ...Object.keys(COMPONENT_FIELDS), 'augment']

/**
 * Checks a spec field by field and fills in the options of its components.
 * @throws AppError `invalid_spec` with every mistake, each with a pointer and, for a misspelt name, the nearest known one.
 */
export function parseSpec(input: unknown): ParsedSpec {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new AppError('invalid_spec', 'A spec is a JSON object.', {
      errors: [{ pointer: '', detail: 'must be an object' }],
    })
  const errors: ErrorDetail[] = []
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(input)) {
    const pointer = `/${escape(key)}`
    if (key === 'augment') result[key] = parseList(value, pointer, errors)
    else if (Object.hasOwn(COMPONENT_FIELDS, key))
      result[key] = parseComponent(value, COMPONENT_FIELDS[key as ComponentField], pointer, errors)
    else if (Object.hasOwn(PLAIN_FIELDS, key))
      result[key] = parsePlain(value, PLAIN_FIELDS[key as keyof typeof PLAIN_FIELDS], pointer, errors)
    else errors.push({ pointer, detail: unknownName('key', key, KEYS) })
  }
  if (errors.length > 0)
    throw new AppError(
      'invalid_spec',
      `The spec has ${errors.length === 1 ? 'a mistake' : `${errors.length} mistakes`}: ${errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}.`,
      { errors },
    )
  return result
}

function parseList(value: unknown, pointer: string, errors: ErrorDetail[]): (ComponentSpec | undefined)[] {
  if (!Array.isArray(value) || value.length > 20) {
    errors.push({ pointer, detail: 'must be a list of at most 20 augmentations' })
    return []
  }
  return value.map((item, i) => parseComponent(item, AUGMENTS, `${pointer}/${i}`, errors))
}

function parseComponent(
  value: unknown,
  components: (typeof COMPONENT_FIELDS)[ComponentField],
  pointer: string,
  errors: ErrorDetail[],
): ComponentSpec | undefined {
  const given: Record<string, unknown> =
    typeof value === 'string'
      ? { name: value }
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? { ...value }
        : {}
  const { name, ...options } = given
  if (typeof name !== 'string') {
    errors.push({ pointer, detail: 'must be a name or an object with a name' })
    return undefined
  }
  const component = components.find((candidate) => candidate.name === name)
  if (component === undefined) {
    const at = typeof value === 'string' ? pointer : `${pointer}/name`
    errors.push({
      pointer: at,
      detail: unknownName(
        'name',
        name,
        components.map((candidate) => candidate.name),
      ),
    })
    return undefined
  }
  validate({ ...component.options, additionalProperties: false }, component.options, options, pointer, errors)
  return { name, ...options }
}

function parsePlain(value: unknown, schema: object, pointer: string, errors: ErrorDetail[]): unknown {
  const wrapped: unknown = structuredClone(value)
  validate(schema, schema, wrapped, pointer, errors)
  return wrapped
}

function validate(schema: object, identity: object, value: unknown, pointer: string, errors: ErrorDetail[]): void {
  let check = compiled.get(identity)
  if (check === undefined) {
    check = ajv.compile(JSON.parse(JSON.stringify(schema)) as object)
    compiled.set(identity, check)
  }
  if (check(value)) return
  const properties = Object.keys((schema as { properties?: object }).properties ?? {})
  errors.push(...describe(check.errors ?? [], pointer, properties))
}

/** One detail a mistake: a union's branches become the list of what is allowed. */
function describe(found: readonly ErrorObject[], pointer: string, properties: readonly string[]): ErrorDetail[] {
  const unions = found.filter((error) => error.keyword === 'anyOf')
  const plain = found.filter(
    (error) => !unions.some((union) => error !== union && error.instancePath === union.instancePath),
  )
  return [
    ...unions.map((union) => ({
      pointer: pointer + union.instancePath,
      detail: `must be one of ${allowed(union).join(', ')}`,
    })),
    ...plain
      .filter((error) => error.keyword !== 'anyOf')
      .map((error) => {
        if (error.keyword !== 'additionalProperties')
          return { pointer: pointer + error.instancePath, detail: error.message ?? 'is not valid' }
        const key = (error.params as { additionalProperty: string }).additionalProperty
        return {
          pointer: `${pointer}${error.instancePath}/${escape(key)}`,
          detail: unknownName('key', key, properties),
        }
      }),
  ]
}

function allowed(union: ErrorObject): string[] {
  const branches = (union.schema ?? (union.parentSchema as { anyOf?: unknown } | undefined)?.anyOf ?? []) as {
    const?: unknown
  }[]
  const names = Array.isArray(branches)
    ? branches.map((branch) => branch.const).filter((name) => name !== undefined)
    : []
  return names.length > 0 ? names.map(String) : ['the values in the schema']
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  return known.length === 0
    ? `unknown ${what} ${JSON.stringify(name)}; none is taken here`
    : `unknown ${what} ${JSON.stringify(name)}; did you mean ${JSON.stringify(closest(name, known))}?`
}

const escape = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
