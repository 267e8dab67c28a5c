import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifyInstance, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { AppError, type ErrorDetail } from '../errors.ts'
import { pointerSegment } from '../job-spec/short-text.ts'
import { lazily } from './lazily.ts'

interface ObjectSchema {
  properties?: Record<string, unknown>
  additionalProperties?: unknown
}

/** JSON bodies are taken as they are written; text of paths and queries becomes numbers and booleans. The first mistake ends the check, so that none costs more than its request. */
export function useValidators(app: FastifyInstance): void {
  // What a time is, `service/date-time.ts` says.
  const options = { useDefaults: true, strict: false, formats: { 'date-time': true } } as const
  const [json, text] = [new Ajv(options), new Ajv({ ...options, coerceTypes: true })]
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const ajv = httpPart === 'body' ? json : text
    return checkWith(() => ajv.compile(schema as object))
  })
  const hook = async ({ query, routeOptions: { url = '*', schema } }: FastifyRequest): Promise<void> => {
    if (!isFolder(url)) requireKnown(Object.keys(query as object), schema?.querystring)
  }
  app.addHook('preValidation', hook)
}

/** A check that is compiled by the first request that needs it: to compile those of all routes takes a third of what the API does until it is ready. */
function checkWith(compile: () => ValidateFunction): Pick<ValidateFunction, 'errors'> & ((data: unknown) => boolean) {
  const compiled = lazily(compile)
  const check: ReturnType<typeof checkWith> = (data) => {
    const valid = compiled()(data)
    check.errors = compiled().errors ?? null
    return valid
  }
  return check
}

/** Files are served whatever their query, which only distinguishes versions. */
const isFolder = (url: string): boolean => url.includes('*') || url.startsWith('/docs')

function requireKnown(names: readonly string[], schema: unknown): void {
  const { properties = {}, additionalProperties } = (schema as ObjectSchema | undefined) ?? {}
  if (additionalProperties === true) return
  const known = Object.keys(properties)
  const errors = names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      pointer: pointerOf(name),
      detail: `is not a query parameter of this call, which takes ${known.join(', ') || 'none'}`,
    }))
  const [first] = errors
  if (first === undefined) return
  throw new AppError('invalid_request', `The query string is not valid: ${first.pointer} ${first.detail}.`, { errors })
}

const pointerOf = (name: string): string => `/${pointerSegment(name)}`

/** One detail a mistake; a union of constants, and an enumeration, name what is allowed. */
export function describeMistakes(found: readonly FastifySchemaValidationError[]): ErrorDetail[] {
  const unions = found.filter(({ keyword }) => keyword === 'anyOf')
  const inUnion = ({ schemaPath, instancePath, keyword }: FastifySchemaValidationError): boolean =>
    keyword !== 'anyOf' &&
    unions.some((union) => schemaPath.startsWith(`${union.schemaPath}/`) && instancePath === union.instancePath)
  const isDeeper = (union: FastifySchemaValidationError): boolean =>
    found.some(({ instancePath }) => instancePath.startsWith(`${union.instancePath}/`))
  return found
    .filter((mistake) => !inUnion(mistake) && !(mistake.keyword === 'anyOf' && isDeeper(mistake)))
    .map((mistake) => detailOf(mistake, found))
}

function detailOf(
  { keyword, instancePath, schemaPath, params, message = 'is not valid' }: FastifySchemaValidationError,
  found: readonly FastifySchemaValidationError[],
): ErrorDetail {
  if (keyword === 'required')
    return { pointer: `${instancePath}/${String(params['missingProperty'])}`, detail: 'is missing' }
  if (keyword === 'additionalProperties')
    return { pointer: instancePath + pointerOf(String(params['additionalProperty'])), detail: 'is not known' }
  if (keyword === 'const') return { pointer: instancePath, detail: `must be ${String(params['allowedValue'])}` }
  if (keyword === 'enum') return { pointer: instancePath, detail: oneOf(params['allowedValues'] as unknown[]) }
  if (keyword === 'anyOf') {
    const constants = found.filter(
      (branch) => branch.keyword === 'const' && branch.schemaPath.startsWith(`${schemaPath}/`),
    )
    if (constants.length > 0)
      return { pointer: instancePath, detail: oneOf(constants.map(({ params: { allowedValue } }) => allowedValue)) }
  }
  if (keyword === 'type' && /^\/space\/[^/]+$/.test(instancePath)) return { pointer: instancePath, detail: DIMENSION }
  return { pointer: instancePath, detail: message }
}

/** What a field of a sweep's space has to be, which is often given as a bare list. */
const DIMENSION =
  'must be an object: {"values": [1, 2]} lists values, and {"min": 0.01, "max": 1, "scale": "log"} is a range'

const oneOf = (values: readonly unknown[]): string => `must be one of ${values.map(String).join(', ')}`
