import type { Scope } from '../service/resources.ts'

interface Schema {
  $ref?: string
  type?: string
  const?: unknown
  default?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  minimum?: number
  minItems?: number
}
interface Parameter {
  in: string
  name: string
  required?: boolean
  schema?: Schema
}
interface DocumentedOperation {
  parameters?: Parameter[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  security?: { key?: string[]; operator?: string[] }[]
}
export interface OpenApiDocument {
  paths: Record<string, Record<string, DocumentedOperation>>
  components?: { schemas?: Record<string, Schema> }
}

/** A route and method of the API's own document. */
export interface Operation {
  method: string
  path: string
  /** What a key needs; for `operator` there is none. */
  scope: Scope | 'operator'
  pathParameters: string[]
  queryParameters: string[]
  /** Values of those that it does not go without, as a query. */
  requiredQuery: string
  /** Of JSON; absent where it takes none. */
  body?: Schema
  /** It takes a file, and nothing in JSON. */
  takesBytes: boolean
}

/** Every operation that takes a key, or the token of an operator, by path and method. */
export function operationsOf({ paths, components: { schemas = {} } = {} }: OpenApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], requestBody, security = [] }]) => {
      const scope = security.flatMap(({ key, operator }) => key ?? (operator === undefined ? [] : ['operator']))[0]
      if (scope === undefined) return []
      const content = requestBody?.content ?? {}
      const body = inlined(content['application/json']?.schema, schemas)
      const named = (where: string): string[] =>
        parameters.filter((parameter) => parameter.in === where).map(({ name }) => name)
      return {
        method: method.toUpperCase(),
        path,
        scope: scope as Operation['scope'],
        pathParameters: named('path'),
        queryParameters: named('query'),
        requiredQuery: String(
          new URLSearchParams(
            parameters
              .filter((parameter) => parameter.in === 'query' && parameter.required === true)
              .map(({ name, schema = {} }): [string, string] => [name, String(sampleOf(schema, () => undefined))]),
          ),
        ),
        takesBytes: body === undefined && !['get', 'head', 'delete', 'options'].includes(method),
        ...(body === undefined ? {} : { body }),
      }
    }),
  )
}

/** A schema with the components that it refers to in their places. */
export function inlined<T>(node: T, schemas: Readonly<Record<string, Schema>>): T {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map((item: unknown) => inlined(item, schemas)) as T
  if ('$ref' in node && typeof node.$ref === 'string')
    return inlined(schemas[node.$ref.split('/').at(-1) ?? ''] as T, schemas)
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inlined(value, schemas)])) as T
}

/** The smallest value that a schema takes. @param reference what stands in a property of that name, where it refers to something */
export function sampleOf(schema: Schema, reference: (property: string) => unknown, name = ''): unknown {
  const referred = reference(name)
  if (schema.type === 'array') {
    const items = schema.items ?? {}
    const count = Math.max(schema.minItems ?? 0, 1)
    const values = Array.isArray(referred) ? (referred as unknown[]) : []
    return Array.from({ length: count }, (_, i) => values[i % values.length] ?? sampleOf(items, reference))
  }
  if (referred !== undefined) return referred
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0] ?? {}, reference)
  if (schema.type === 'object' || schema.properties !== undefined) return sampleObject(schema, reference)
  if (schema.type === 'string') return 'isolation'
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  return schema.type === 'boolean' ? false : {}
}

/** What is required, and every property that can refer to something. */
function sampleObject(
  { properties = {}, required = [] }: Schema,
  reference: (property: string) => unknown,
): Record<string, unknown> {
  const used = Object.entries(properties).filter(([key]) => required.includes(key) || reference(key) !== undefined)
  return Object.fromEntries(used.map(([key, value]) => [key, sampleOf(value, reference, key)]))
}
