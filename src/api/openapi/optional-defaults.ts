import { operationsIn, type Document, type Schema } from './document-types.ts'

/** Ajv fills in defaults before it looks for what is required; a client does not have to send what has one. */
export function makeDefaultsOptional(document: Document): void {
  const { schemas, responses } = document.components
  const [sent, answered] = [new Set<string>(), new Set<string>()]
  collect(responses, schemas, answered)
  for (const operation of operationsIn(document)) {
    collect(operation.requestBody, schemas, sent)
    collect(operation.responses, schemas, answered)
    for (const parameter of operation.parameters ?? [])
      if (parameter.schema?.['default'] !== undefined) parameter.required = false
  }
  for (const name of sent) if (!answered.has(name)) relax(schemas[name])
}

/** The names of the components that something refers to, and of those that these do. */
function collect(node: unknown, schemas: Record<string, Schema>, names: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    const name = key === '$ref' ? String(value).split('/schemas/')[1] : undefined
    if (name === undefined) collect(value, schemas, names)
    else if (!names.has(name)) {
      names.add(name)
      collect(schemas[name], schemas, names)
    }
  }
}

function relax(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  const { properties = {}, required } = node as Schema & { required?: string[] }
  if (required !== undefined)
    Object.assign(node, { required: required.filter((name) => properties[name]?.['default'] === undefined) })
  for (const value of Object.values(node)) relax(value)
}
