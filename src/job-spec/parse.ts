import { AppError, type ErrorDetail } from '../errors.ts'
import { AUGMENTS, COMPONENT_FIELDS, TEST_TIMES, type ComponentField, type ComponentSpec } from './components.ts'
import { pointerSegment } from './short-text.ts'
import { unknownName } from './unknown-name.ts'
import { USUAL, withNames } from './unnamed.ts'
import { EARLY_STOPPING_FIELDS, type ParsedEarlyStopping } from './early-stopping.ts'
import { EVALUATION_FIELDS, type ParsedEvaluation } from './evaluation.ts'
import { MAX_STAGES, PLAIN_FIELDS, STAGE_COMPONENTS, STAGE_FIELDS, type StageSpec } from './schema.ts'
import { validate } from './validate.ts'

/** A stage whose fields are all valid. */
export type ParsedStage = Omit<StageSpec, 'share' | 'schedule'> & { share?: number; schedule?: ComponentSpec }

/** A spec whose fields are all valid, with components as objects with every option; fields that were left out stay so. */
export type ParsedSpec = Partial<Record<Exclude<ComponentField, 'averaging'>, ComponentSpec>> & {
  name?: string
  dataset?: string
  classes?: number
  image?: { size?: number; channels?: 1 | 3; mean?: number[]; std?: number[]; background?: string }
  augment?: ComponentSpec[]
  averaging?: ComponentSpec | ComponentSpec[]
  budget?: { epochs?: number; steps?: number; minutes?: number }
  stages?: ParsedStage[]
  batchSize?: number
  precision?: 'auto' | 'float32' | 'bfloat16'
  evaluation?: ParsedEvaluation
  earlyStopping?: ParsedEarlyStopping
  seed?: number
}

/** Mistakes after which the rest of a spec is not looked at. */
const MAX_MISTAKES = 100

type Components = (typeof COMPONENT_FIELDS)[ComponentField]
type ParseField = (value: unknown, pointer: string, errors: ErrorDetail[]) => unknown

const parseAugments: ParseField = (value, pointer, errors) =>
  parseList(value, pointer, errors, {
    most: 20,
    of: 'augmentations',
    item: (item, at) => parseComponent(item, AUGMENTS, at, errors),
  })

const componentField =
  (field: ComponentField): ParseField =>
  (value, pointer, errors) =>
    parseComponent(value, COMPONENT_FIELDS[field], pointer, errors)

const plainFields = (schemas: Readonly<Record<string, object>>): Record<string, ParseField> =>
  Object.fromEntries(
    Object.entries(schemas).map(([key, schema]) => [
      key,
      (value, pointer, errors) => parsePlain(value, schema, pointer, errors),
    ]),
  )

const STAGE: Readonly<Record<string, ParseField>> = {
  ...plainFields(STAGE_FIELDS),
  ...Object.fromEntries(
    STAGE_COMPONENTS.map((field) => [field, field === 'augment' ? parseAugments : componentField(field)]),
  ),
}

const EVALUATION: Readonly<Record<string, ParseField>> = {
  ...plainFields(EVALUATION_FIELDS),
  testTimeAugmentation: (value, pointer, errors) => parseComponent(value, TEST_TIMES, pointer, errors),
}

const EARLY_STOPPING = plainFields(EARLY_STOPPING_FIELDS)

const SPEC: Readonly<Record<string, ParseField>> = {
  ...plainFields(PLAIN_FIELDS),
  ...Object.fromEntries(
    (Object.keys(COMPONENT_FIELDS) as ComponentField[]).map((field) => [field, componentField(field)]),
  ),
  augment: parseAugments,
  averaging: (value, pointer, errors) =>
    Array.isArray(value)
      ? parseList(value, pointer, errors, {
          least: 1,
          most: 4,
          of: 'kinds of averaging',
          item: (item, at) => parseComponent(item, COMPONENT_FIELDS.averaging, at, errors),
        })
      : parseComponent(value, COMPONENT_FIELDS.averaging, pointer, errors),
  stages: (value, pointer, errors) =>
    parseList(value, pointer, errors, {
      least: 1,
      most: MAX_STAGES,
      of: 'stages',
      item: (item, at) => parseObject(item, STAGE, at, errors),
    }),
  evaluation: (value, pointer, errors) => parseObject(value, EVALUATION, pointer, errors),
  earlyStopping: (value, pointer, errors) => parseObject(value, EARLY_STOPPING, pointer, errors),
}

/**
 * Checks a spec field by field and fills in the options of its components.
 * @throws AppError `invalid_spec` with every mistake, each with a pointer and, for a misspelt name, the nearest known one.
 */
export function parseSpec(input: unknown): ParsedSpec {
  if (!isObject(input))
    throw new AppError('invalid_spec', 'A spec is a JSON object.', {
      errors: [{ pointer: '', detail: 'must be an object' }],
    })
  const errors: ErrorDetail[] = []
  // What editors find the schema by.
  const fields = Object.fromEntries(Object.entries(input).filter(([field]) => field !== '$schema'))
  const named = withNames(fields, (field) => [USUAL[field], 'usual']).input as Record<string, unknown>
  const result = parseFields(named, SPEC, '', errors)
  if (errors.length > 0) throw invalidSpec(errors)
  return result
}

/** One error for all mistakes of a spec. */
export function invalidSpec(errors: ErrorDetail[]): AppError {
  const listed = errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
  const count = errors.length === 1 ? 'a mistake' : `${errors.length} mistakes`
  return new AppError('invalid_spec', `The spec has ${count}: ${listed}${listed.endsWith('?') ? '' : '.'}`, { errors })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseObject(
  value: unknown,
  fields: Readonly<Record<string, ParseField>>,
  pointer: string,
  errors: ErrorDetail[],
): Record<string, unknown> | undefined {
  if (isObject(value)) return parseFields(value, fields, pointer, errors)
  errors.push({ pointer, detail: 'must be an object' })
  return undefined
}

function parseFields(
  input: Record<string, unknown>,
  fields: Readonly<Record<string, ParseField>>,
  pointer: string,
  errors: ErrorDetail[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(input)) {
    if (errors.length >= MAX_MISTAKES) break
    const at = `${pointer}/${pointerSegment(key)}`
    if (Object.hasOwn(fields, key)) result[key] = fields[key]?.(value, at, errors)
    else errors.push({ pointer: at, detail: unknownName('key', key, Object.keys(fields)) })
  }
  return result
}

interface ListOf<T> {
  least?: number
  most: number
  of: string
  item: (item: unknown, pointer: string) => T
}

function parseList<T>(
  value: unknown,
  pointer: string,
  errors: ErrorDetail[],
  { least = 0, most, of, item }: ListOf<T>,
): T[] {
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    errors.push({ pointer, detail: `must be a list of ${least === 0 ? 'at most' : `${least} to`} ${most} ${of}` })
    return []
  }
  return value.map((entry, i) => item(entry, `${pointer}/${i}`))
}

function parseComponent(
  value: unknown,
  components: Components,
  pointer: string,
  errors: ErrorDetail[],
): ComponentSpec | undefined {
  const given: Record<string, unknown> =
    typeof value === 'string' ? { name: value } : isObject(value) ? { ...value } : {}
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
  const found = errors.length
  if (component.parts !== undefined) parseParts(options, component.parts, pointer, errors)
  validate({ ...component.options, additionalProperties: false }, component.options, options, pointer, errors)
  if (errors.length === found)
    for (const { pointer: at, detail } of component.check?.(options) ?? [])
      errors.push({ pointer: `${pointer}${at}`, detail })
  return { name, ...options }
}

/** Parses the components that the option `of` lists, in place. One with a mistake, for which the spec is refused, is left empty. */
function parseParts(options: Record<string, unknown>, parts: Components, pointer: string, errors: ErrorDetail[]): void {
  const { of } = options
  if (!Array.isArray(of)) return
  options['of'] = of.map(
    (part, i) =>
      (errors.length < MAX_MISTAKES ? parseComponent(part, parts, `${pointer}/of/${i}`, errors) : undefined) ?? {
        name: '',
      },
  )
}

function parsePlain(value: unknown, schema: object, pointer: string, errors: ErrorDetail[]): unknown {
  const wrapped: unknown = structuredClone(value)
  validate(schema, schema, wrapped, pointer, errors)
  return wrapped
}
