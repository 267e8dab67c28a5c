import { EXAMPLES } from './examples.ts'
import { isJson, operationsIn, pascalCase, type Document, type Media, type Schema } from './document-types.ts'

const PREFIX = '#/components/schemas/'

/**
 * Names the schemas of the document: what equals a component becomes a reference to it; bodies that have no name get that of their operation.
 * Fastify compiles routes from whole schemas, so the document alone has references.
 */
export function nameSchemas(document: Document): void {
  const { schemas } = document.components
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [textOf(schema), name]))
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = withReferences(schema, names, true)
  const add = (name: string, schema: Schema): Schema => {
    const known = schemas[name]
    if (known !== undefined && textOf(known) !== textOf(schema))
      throw new Error(`two schemas of the OpenAPI document are called ${name}`)
    schemas[name] = schema
    return { $ref: PREFIX + name }
  }
  for (const operation of operationsIn(document)) {
    const { operationId, requestBody, responses } = operation
    for (const [type, media] of Object.entries(requestBody?.content ?? {}))
      nameBody(media, names, (schema) => add(pascalCase(operationId) + (isJson(type) ? 'Request' : 'Form'), schema))
    for (const response of Object.values(responses))
      for (const [type, media] of Object.entries(response.content ?? {}))
        if (isJson(type))
          nameBody(media, names, (schema) => add(listName(schema) ?? `${pascalCase(operationId)}Response`, schema))
  }
  addExamples(schemas)
}

function nameBody(media: Media, names: ReadonlyMap<string, string>, add: (schema: Schema) => Schema): void {
  if (media.schema === undefined) return
  const schema = withReferences(media.schema, names)
  media.schema = schema.properties === undefined ? schema : add(schema)
}

/** The name of a page or a list of components. */
function listName({ properties = {} }: Schema): string | undefined {
  const item = properties['data']?.items?.$ref?.slice(PREFIX.length)
  const keys = Object.keys(properties).join()
  if (item === undefined) return undefined
  return keys === 'data,nextCursor' ? `${item}Page` : keys === 'data' ? `${item}List` : undefined
}

function withReferences<T>(node: T, names: ReadonlyMap<string, string>, isComponent = false): T {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map((item: unknown) => withReferences(item, names)) as T
  const name = isComponent || !('type' in node || 'anyOf' in node) ? undefined : names.get(textOf(node))
  if (name !== undefined) return { $ref: PREFIX + name } as T
  const entries = Object.entries('additionalItems' in node ? tupleOf(node) : node)
  return Object.fromEntries(entries.map(([key, value]) => [key, withReferences(value, names)])) as T
}

/** A tuple as JSON Schema 2020-12 has it, which OpenAPI 3.1 is based on; TypeBox writes that of draft 7. */
const tupleOf = ({ items, additionalItems, ...schema }: Schema): Schema => ({
  ...schema,
  prefixItems: items,
  items: additionalItems as Schema,
})

/** What tells schemas apart; the plugin moves examples to where they apply. */
const textOf = (schema: object): string =>
  JSON.stringify(schema, (key, value: unknown) => (key === 'examples' || key === 'example' ? undefined : value))

function addExamples(schemas: Record<string, Schema>): void {
  for (const [name, example] of Object.entries(EXAMPLES)) {
    const schema = schemas[name]
    if (schema === undefined) throw new Error(`the example ${name} is of no schema of the OpenAPI document`)
    schema.examples = [example]
  }
}
