import { mayCall } from '../service/role-scopes.ts'
import { sampleOf, type Operation } from './operations.ts'
import type { Seed } from './seed.ts'

export interface Call {
  role: string
  method: string
  /** With ids in it. */
  path: string
  status: number
}

export interface OperationResult {
  method: string
  path: string
  scope: string
  /** Statuses by role of the other team, and `none` for no credential; of several calls the first that is not as it must be. */
  statuses: Record<string, number>
}

export interface Leak extends Call {
  operation: string
  what: string
}

/** What the resources of a path are called in the database, where it is not the segment's singular. */
const TABLES: Readonly<Record<string, string>> = {
  datasets: 'DatasetVersion',
  'api-keys': 'ApiKey',
  keys: 'ApiKey',
  deliveries: 'WebhookDelivery',
  models: 'RegisteredModel',
  predictions: 'PredictionBatch',
}
/** Values of parameters that are no ids, and of properties of bodies that routes look into before they look for the id. */
const PLAIN: Readonly<Record<string, string>> = {
  n: '0',
  number: '1',
  split: 'val',
  kind: 'report',
  format: 'onnx',
  version: '1',
  alias: 'champion',
}
const VALUES: Readonly<Record<string, unknown>> = {
  augment: {},
  space: { '/seed': { values: [1, 2] } },
  base: 1,
  email: 'isolation@example.com',
  description: 'isolation check',
  notes: 'isolation check',
  scopes: ['read'],
}
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const ALLOWED_IN_HEADERS = 10_000

/** Calls an operation as the other team in each of its roles, and without a credential, with what is the first team's wherever something can be named. */
export async function tryOperation(
  url: string,
  operation: Operation,
  seed: Seed,
): Promise<{ result: OperationResult; leaks: Leak[]; calls: number }> {
  const statuses: Record<string, number> = {}
  const leaks: Leak[] = []
  let calls = 0
  const roles: [string, string | undefined][] = [...Object.entries(seed.other.keys), ['none', undefined]]
  for (const [role, key] of roles)
    for (const target of targetsOf(operation, seed)) {
      calls++
      const answer = await send(url, { operation, target, key, seed })
      if (answer.created !== undefined) await removeCreated(url, operation.path, answer.created, seed)
      const what = problemOf(answer, { operation, role, seed })
      statuses[role] = what === undefined ? (statuses[role] ?? answer.status) : answer.status
      if (what !== undefined)
        leaks.push({
          operation: `${operation.method} ${operation.path}`,
          method: operation.method,
          path: target,
          role,
          status: answer.status,
          what,
        })
    }
  const { method, path, scope } = operation
  return { result: { method, path, scope, statuses }, leaks, calls }
}

/** Paths with the first team's ids: bare, with a version where it is a data set's, and once for each query parameter. */
function targetsOf({ path, pathParameters, queryParameters, requiredQuery }: Operation, { first }: Seed): string[] {
  const filled = path.replace(
    /(?<=\/)([^/]+)\/\{(\w+)\}|\{(\w+)\}/g,
    (_, segment: string | undefined, of = '', alone = '') =>
      segment === undefined
        ? (PLAIN[alone as string] ?? '1')
        : `${segment}/${encodeURIComponent(idFor(segment, of as string, first))}`,
  )
  const versioned = path.includes('/datasets/{id}') ? [filled.replace(first.datasetId, `${first.datasetId}@1`)] : []
  const ids = [first.ids['Job'] ?? '', Buffer.from(first.ids['Job'] ?? '').toString('base64url')]
  const queries = queryParameters.flatMap((name) => ids.map((id) => `${filled}?${name}=${encodeURIComponent(id)}`))
  if (pathParameters.length === 0) return [filled, ...queries]
  return [filled, ...versioned].map((each) => (requiredQuery === '' ? each : `${each}?${requiredQuery}`))
}

function idFor(segment: string, parameter: string, first: Seed['first']): string {
  if (PLAIN[parameter] !== undefined) return PLAIN[parameter]
  const table = TABLES[segment] ?? pascal(segment.replace(/ies$/, 'y').replace(/s$/, ''))
  if (table === 'DatasetVersion') return first.datasetId
  if (parameter === 'name') return first.names[table] ?? first.ids[table] ?? '1'
  return first.ids[table] ?? first.ids['Job'] ?? '1'
}

const pascal = (text: string): string => text.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())

/** What a property of a body refers to. */
function reference({ first, other }: Seed): (property: string) => unknown {
  const { ids, datasetId } = first
  const known: Readonly<Record<string, unknown>> = {
    dataset: datasetId,
    job: ids['Job'],
    jobs: [ids['Job'], ids['Job']?.replace(/.$/, 'x')],
    ids: [ids['Job']],
    checkpoint: ids['Checkpoint'],
    upload: ids['Upload'],
    sweep: ids['Sweep'],
    spec: { batchSize: 8 },
    numbers: [1],
    // A team that is tried keeps its name.
    name: other.name,
    ...VALUES,
  }
  return (property) => known[property]
}

interface Answer {
  status: number
  text: string
  /** Id or name of what the other team has made for itself. */
  created?: string
}

async function send(
  url: string,
  { operation, target, key, seed }: { operation: Operation; target: string; key: string | undefined; seed: Seed },
): Promise<Answer> {
  const { method, body, takesBytes } = operation
  const headers: Record<string, string> = {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(target.includes('/uploads') ? tusHeaders(method) : {}),
  }
  let payload: string | Uint8Array<ArrayBuffer> | undefined
  if (body !== undefined) {
    headers['content-type'] = 'application/json'
    const sample = sampleOf(body, reference(seed))
    const takesDataset = body.properties === undefined || 'dataset' in body.properties
    payload = JSON.stringify(isEmpty(sample) && takesDataset ? { dataset: seed.first.datasetId } : (sample ?? {}))
  } else if (takesBytes && /predict|gradcam/.test(target)) {
    headers['content-type'] = 'image/png'
    payload = new Uint8Array(PNG)
  } else if (method === 'PATCH') payload = new Uint8Array(1)
  const response = await fetch(`${url}${target}`, {
    method,
    headers,
    ...(payload === undefined ? {} : { body: payload }),
  })
  const head = [...response.headers]
    .map((pair) => pair.join(': '))
    .join('\n')
    .slice(0, ALLOWED_IN_HEADERS)
  const text = await response.text()
  const isNew = response.status === 201 || response.status === 202
  const created = isNew ? (idIn(text) ?? response.headers.get('location')?.split('/').at(-1)) : undefined
  return { status: response.status, text: `${head}\n${text}`, ...(created === undefined ? {} : { created }) }
}

function idIn(text: string): string | undefined {
  try {
    const { id, name } = JSON.parse(text) as { id?: string; name?: string }
    return id ?? name
  } catch {
    return undefined
  }
}

async function removeCreated(url: string, path: string, created: string, { other }: Seed): Promise<void> {
  const headers = { authorization: `Bearer ${other.keys['owner'] ?? ''}`, ...tusHeaders('DELETE') }
  await fetch(`${url}${path}/${encodeURIComponent(created)}`, { method: 'DELETE', headers })
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

function tusHeaders(method: string): Record<string, string> {
  if (method === 'POST') return { 'tus-resumable': '1.0.0', 'upload-length': '1' }
  if (method !== 'PATCH') return { 'tus-resumable': '1.0.0' }
  return { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
}

/** Why an answer must not be so; undefined where it may. */
function problemOf(
  { status, text }: Answer,
  { operation, role, seed }: { operation: Operation; role: string; seed: Seed },
): string | undefined {
  if (text.includes(seed.canary)) return 'the answer holds text of the first team'
  if (status >= 500) return 'the call failed, and so shows nothing'
  // Who has tried too often is not heard any more.
  if (operation.scope === 'operator')
    return status === 401 || status === 429 ? undefined : 'it is answered without the token of an operator'
  if (role === 'none') return status === 401 ? undefined : 'it is answered without a credential'
  if (!mayCall(role, operation.scope))
    return status === 403 ? undefined : `it needs the scope ${operation.scope}, which the role does not have`
  if (operation.pathParameters.length === 0) return undefined
  // Keys of a person are for people, whichever is named.
  if (operation.path.startsWith('/v1/me/') && status === 403) return undefined
  return status === 404 ? undefined : 'an id of the first team is not answered like one that does not exist'
}
