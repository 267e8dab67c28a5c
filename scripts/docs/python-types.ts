import type { OpenApiDocument } from '../../src/isolation/operations.ts'

interface Schema {
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema | false
  /** Of a tuple. */
  prefixItems?: Schema[]
  required?: string[]
  description?: string
  default?: unknown
}
interface Operation {
  operationId?: string
  requestBody?: { content: Record<string, { schema?: Schema }> }
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
}

const HEADER = `"""Types of the REST API. Made from its OpenAPI document by \`npm run docs\`; do not edit."""
from typing import Any, Literal, NotRequired, TypedDict

`

/** What operations answer; of pages, an item. */
const ANSWERS: Readonly<Record<string, string>> = {
  getTeam: 'Team',
  listMembers: 'Member',
  getQuota: 'Quota',
  getUsage: 'Usage',
  getStorage: 'Storage',
  listDatasets: 'DatasetSummary',
  getDataset: 'Dataset',
  getDatasetReport: 'IngestReport',
  createDatasetVersion: 'DatasetVersion',
  compareDatasetVersions: 'DatasetDifference',
  listDatasetItems: 'DatasetItem',
  validateJob: 'Validation',
  listJobs: 'JobSummary',
  getJob: 'Job',
  explainJob: 'Explanation',
  batchJobs: 'BatchResult',
  diffJob: 'SpecDiff',
  listJobEvents: 'JobEvent',
  getJobMetrics: 'MetricSeries',
  listJobTransitions: 'Transition',
  listJobAttempts: 'Attempt',
  getCheckpoint: 'Checkpoint',
  getJobLogs: 'LogLine',
  listSweeps: 'SweepSummary',
  getSweep: 'Sweep',
  listArtifacts: 'Artifact',
  getJobReport: 'Report',
  compareJobs: 'Comparison',
  listSuggestions: 'Suggestion',
  predict: 'Prediction',
  predictByName: 'NamedPredictions',
  getExportReport: 'ExportReport',
  getModel: 'Model',
  listModelVersions: 'ModelVersionSummary',
  getModelVersion: 'ModelVersion',
  promoteModelVersion: 'Promotion',
  getPredictionBatch: 'PredictionBatch',
}
/** Bodies of requests. */
const BODIES: Readonly<Record<string, string>> = {
  createDatasetVersion: 'DatasetChanges',
  updateJob: 'JobChanges',
  forkJob: 'ForkRequest',
  batchJobs: 'BatchRequest',
  submitSweep: 'SweepRequest',
  createModel: 'ModelRequest',
  createPredictionBatch: 'PredictionRequest',
}
/** What nested objects of this key are called wherever they look the same. */
const SHARED: Readonly<Record<string, string>> = { reason: 'Reason', images: 'SplitCounts', sharedBy: 'SharedBy' }
/** Answers that have more than what their `data` has. */
const WHOLE = new Set(['predictByName'])
/** Keys that cannot be a field of a class: keywords, and names of the types of other fields. */
const RESERVED = new Set([
  'from',
  'class',
  'import',
  'in',
  'is',
  'not',
  'as',
  'with',
  'int',
  'float',
  'str',
  'bool',
  'list',
  'dict',
])

/** `TypedDict`s of what the API takes and answers, as a Python module. */
export function pythonTypes(document: OpenApiDocument): string {
  const { paths } = inlined(document, document) as Document
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  const module = new Module()
  for (const { operationId = '', requestBody, responses } of operations) {
    const answer = ANSWERS[operationId]
    if (answer !== undefined) {
      const schema = answerOf(operationId, responses)
      module.add(answer, WHOLE.has(operationId) ? schema : itemOf(schema))
    }
    const body = BODIES[operationId]
    if (body !== undefined) module.add(body, requestBody?.content['application/json']?.schema ?? {}, true)
  }
  const missing = [...Object.values(ANSWERS), ...Object.values(BODIES)].filter((name) => !module.has(name))
  if (missing.length > 0) throw new Error(`No operation answers or takes ${missing.join(', ')}.`)
  return HEADER + module.text()
}

/** A part of a document with what its references point to in their place; a reference within what it points to is left open. */
function inlined(part: unknown, document: unknown, within: readonly string[] = []): unknown {
  if (Array.isArray(part)) return part.map((each) => inlined(each, document, within))
  if (typeof part !== 'object' || part === null) return part
  const { $ref, ...rest } = part as Record<string, unknown>
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inlined(value, document, within)]))
  if (typeof $ref !== 'string') return own
  if (within.includes($ref)) return {}
  const target = $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
  if (target === undefined) throw new Error(`Nothing is at ${$ref} of the OpenAPI document.`)
  return { ...(inlined(target, document, [...within, $ref]) as object), ...own }
}

function answerOf(operationId: string, responses: Operation['responses']): Schema {
  const [, response] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  const schema = response?.content?.['application/json']?.schema
  if (schema === undefined) throw new Error(`${operationId} answers no JSON.`)
  return schema.anyOf?.find(({ properties }) => properties !== undefined) ?? schema
}

/** Of a list or a page, what is in it. */
function itemOf(schema: Schema): Schema {
  const { data } = schema.properties ?? {}
  return data?.type === 'array' && data.items !== undefined && data.items !== false ? data.items : schema
}

class Module {
  private readonly classes = new Map<string, string>()
  /** Names by what they look like. */
  private readonly names = new Map<string, string>()

  has(name: string): boolean {
    return this.classes.has(name)
  }

  text(): string {
    return `${[...this.classes.values()].join('\n\n')}\n`
  }

  /** A class of an object, and those of what is in it before it. What has a default need not be in a request. */
  add(name: string, schema: Schema, isRequest = false): void {
    const { properties = {}, required = [], description } = schema
    const fields = Object.entries(properties).map(([key, value]) => {
      const type = this.typeOf(value, { name, key, isRequest })
      const isOptional = !required.includes(key) || (isRequest && value.default !== undefined)
      return { key, type: isOptional ? `NotRequired[${type}]` : type, text: value.description }
    })
    this.names.set(`${isRequest} ${JSON.stringify(schema)}`, name)
    if (fields.some(({ key }) => RESERVED.has(key))) {
      const entries = fields.map(({ key, type }) => `    "${key}": ${type},`)
      this.classes.set(name, [`${name} = TypedDict("${name}", {`, ...entries, '})', ''].join('\n'))
      return
    }
    const lines = fields.flatMap(({ key, type, text }) => [
      `    ${key}: ${type}`,
      ...(text === undefined ? [] : [docstring(text)]),
    ])
    const head = description === undefined ? [] : [docstring(description)]
    const body = [...head, ...lines]
    this.classes.set(name, [`class ${name}(TypedDict):`, ...(body.length === 0 ? ['    pass'] : body), ''].join('\n'))
  }

  private typeOf(schema: Schema, at: { name: string; key: string; isRequest: boolean }): string {
    if ('const' in schema) return literal([schema.const])
    if (schema.enum !== undefined) return literal(schema.enum)
    if (schema.anyOf !== undefined) return this.union(schema.anyOf, at)
    if (Array.isArray(schema.type))
      return this.union(
        schema.type.map((type) => ({ ...schema, type })),
        at,
      )
    if (schema.type === 'array') return `list[${this.elementOf(schema, at)}]`
    if (schema.type === 'object') return this.objectOf(schema, at)
    return SCALARS[schema.type ?? ''] ?? 'Any'
  }

  private elementOf({ items, prefixItems }: Schema, at: { name: string; key: string; isRequest: boolean }): string {
    return prefixItems === undefined
      ? this.typeOf(items === false ? {} : (items ?? {}), at)
      : this.union(prefixItems, at)
  }

  private union(schemas: Schema[], at: { name: string; key: string; isRequest: boolean }): string {
    const literals = schemas.flatMap((schema) => schema.enum ?? ('const' in schema ? [schema.const] : []))
    const others = schemas.filter((schema) => schema.enum === undefined && !('const' in schema))
    const types = new Set(others.map((schema) => this.typeOf(schema, at)))
    if (types.has('Any')) return 'Any'
    if (types.has('float')) types.delete('int')
    return [...(literals.length > 0 ? [literal(literals)] : []), ...types].join(' | ')
  }

  private objectOf(schema: Schema, at: { name: string; key: string; isRequest: boolean }): string {
    const { properties, patternProperties, additionalProperties } = schema
    if (properties === undefined) {
      const values = Object.values(patternProperties ?? {})[0] ?? additionalProperties
      return `dict[str, ${typeof values === 'object' ? this.typeOf(values, at) : 'Any'}]`
    }
    const looks = `${at.isRequest} ${JSON.stringify(schema)}`
    const known = this.names.get(looks)
    if (known !== undefined) return known
    const shared = SHARED[at.key]
    const own = `${at.name}${at.key.slice(0, 1).toUpperCase()}${at.key.slice(1)}`
    const name = shared !== undefined && !this.classes.has(shared) ? shared : own
    this.add(name, schema, at.isRequest)
    return name
  }
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
}

const literal = (values: readonly unknown[]): string =>
  values.every((value) => value === null)
    ? 'None'
    : `Literal[${values.map((value) => (value === null ? 'None' : typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value))).join(', ')}]`

const docstring = (text: string): string => `    """${text.replaceAll('\\', '\\\\').replaceAll('"""', "'''")}"""`
