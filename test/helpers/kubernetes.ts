import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as keda from '@kubernetes-models/keda/keda.sh/v1alpha1'
import * as monitoring from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { Ajv } from 'ajv'
import * as apps from 'kubernetes-models/apps/v1'
import * as autoscaling from 'kubernetes-models/autoscaling/v2'
import * as batch from 'kubernetes-models/batch/v1'
import * as networking from 'kubernetes-models/networking.k8s.io/v1'
import * as policy from 'kubernetes-models/policy/v1'
import * as core from 'kubernetes-models/v1'
import ts from 'typescript'

export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> }
  [field: string]: unknown
}

/** The published models by apiVersion, and the module of their types. */
const MODELS: Readonly<Record<string, { models: object; module: string }>> = {
  v1: { models: core, module: 'kubernetes-models/v1' },
  'apps/v1': { models: apps, module: 'kubernetes-models/apps/v1' },
  'autoscaling/v2': { models: autoscaling, module: 'kubernetes-models/autoscaling/v2' },
  'batch/v1': { models: batch, module: 'kubernetes-models/batch/v1' },
  'networking.k8s.io/v1': { models: networking, module: 'kubernetes-models/networking.k8s.io/v1' },
  'policy/v1': { models: policy, module: 'kubernetes-models/policy/v1' },
  'keda.sh/v1alpha1': { models: keda, module: '@kubernetes-models/keda/keda.sh/v1alpha1' },
  'monitoring.coreos.com/v1': {
    models: monitoring,
    module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
  },
}

interface Model {
  validate(): void
}

/**
 * What is wrong with objects by the published schemas: a value of the wrong type, a field that is missing, and one that there is not. The
 * schemas themselves let unknown fields pass, as an API server without strict validation does; TypeScript refuses them in literals.
 */
export function schemaErrors(objects: readonly KubernetesObject[]): string[] {
  const kueue = objects.filter(({ apiVersion }) => apiVersion.startsWith('kueue.'))
  const others = objects.filter((object) => !kueue.includes(object))
  return [...others.flatMap(modelErrors), ...typeErrors(others), ...kueue.flatMap(kueueErrors)]
}

const nameOf = ({ kind, metadata: { name } }: KubernetesObject): string => `${kind} ${name}`

function modelErrors(object: KubernetesObject): string[] {
  const models = MODELS[object.apiVersion]?.models as Record<string, new (data: object) => Model> | undefined
  const KindModel = models?.[object.kind]
  if (KindModel === undefined) return [`${nameOf(object)}: there is no ${object.kind} in ${object.apiVersion}`]
  try {
    new KindModel(object).validate()
    return []
  } catch (error) {
    return [`${nameOf(object)}: ${(error as Error).message}`]
  }
}

/** Compiles the objects as literals of their types. */
function typeErrors(objects: readonly KubernetesObject[]): string[] {
  const file = join(import.meta.dirname, 'rendered-objects.ts')
  const text = objects
    .filter(({ apiVersion }) => apiVersion in MODELS)
    .map((object, index) => {
      const type = `import('${MODELS[object.apiVersion]?.module}').I${object.kind}`
      return `export const object${index}: ${type} = ${JSON.stringify(object, null, 1)}`
    })
    .join('\n')
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.readFile = (name) => (name === file ? text : readFile(name))
  host.getSourceFile = (name, version, ...rest) =>
    name === file ? ts.createSourceFile(name, text, version) : getSourceFile(name, version, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start = 0 }) => {
    const line = text.slice(text.lastIndexOf('\n', start) + 1, text.indexOf('\n', start)).trim()
    const object = text.slice(text.lastIndexOf('export const object', start)).split('"name": "', 2)[1]
    return `${object?.split('"', 1)[0]}: ${ts.flattenDiagnosticMessageText(messageText, ' ')} (${line})`
  })
}

type Schema = Record<string, unknown>

/** Kueue publishes no package of its schemas; `test/fixtures` has those of a release. */
function kueueErrors(object: KubernetesObject): string[] {
  const { schemas } = JSON.parse(readFileSync('test/fixtures/kueue/v1beta2.json', 'utf8')) as {
    schemas: Record<string, Schema>
  }
  const schema = schemas[object.kind]
  if (object.apiVersion !== 'kueue.x-k8s.io/v1beta2' || schema === undefined)
    return [`${nameOf(object)}: there is no ${object.kind} in ${object.apiVersion}`]
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  ajv.validate(closed(schema), object)
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${nameOf(object)}: ${instancePath} ${message}`)
}

/** Without fields that the schema does not name. */
function closed(schema: Schema): Schema {
  const nested = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(nested)
    return typeof value === 'object' && value !== null ? closed(value as Schema) : value
  }
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, nested(value)]))
  const isOpen = !('type' in schema) || !('properties' in schema) || 'additionalProperties' in schema
  return isOpen ? inner : { ...inner, additionalProperties: false }
}
