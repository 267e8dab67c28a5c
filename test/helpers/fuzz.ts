import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { multipart } from './multipart.ts'

/** A call of the OpenAPI document. */
export interface Operation {
  id: string
  method: string
  path: string
  parameters: { name: string; in: string }[]
}

/** What calls are made of: bodies that are right, by operation, and ids by the kind of their parameter. */
export interface Material {
  operations: readonly Operation[]
  bodies: Readonly<Record<string, unknown>>
  ids: readonly string[]
  archive: Buffer
}

export function operationsOf(document: unknown): Operation[] {
  const { paths } = document as {
    paths: Record<string, Record<string, { operationId?: string; parameters?: Operation['parameters'] }>>
  }
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.entries(calls).map(([method, { operationId, parameters = [] }]) => ({
      id: operationId ?? `${method} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters,
    })),
  )
}

/** Texts that some part of a service may not bear; a lone surrogate as it would be in JSON. */
const HOSTILE_TEXTS = [
  ...[
    '',
    '\0',
    'a\0b',
    '\ud800',
    'x\udc00y',
    '😀'.repeat(50),
    'x'.repeat(101),
    'x'.repeat(5000),
    `@${'@'.repeat(3000)}\n`,
  ],
  ...['1e309', '-1e309', 'NaN', '-1', '0', '99999999999999999999', '3000000000', '0x10', 'true', 'null', '[]', '{}'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '../../etc/passwd',
    '\'; DROP TABLE "Job"; --',
    '%',
    '%00',
    '<script>',
    '\r\nx: y',
  ],
  ...['job_\0', 'job_x', 'ds_x@7', 'zzzz', '\u202e', '/', '?', '#', 'a/b'].map((text) =>
    Buffer.from(text).toString('base64url'),
  ),
]
const HOSTILE_VALUES: readonly unknown[] = [
  ...HOSTILE_TEXTS,
  ...[null, true, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, [], {}, [[]], [null], { name: null }, { '\0': 1 }],
  ...[
    Array.from({ length: 2000 }, (_, i) => i),
    Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])),
  ],
]
/** Bodies that are not built from a value. */
const RAW_BODIES = [
  ...['', '{', 'null', '"x"', '[1,2]', '{"a":1e309}', '{"a":-1e999}', '{"__proto__":{"a":1}}', '{"a":NaN}', '\ufeff{}'],
  ...[
    '['.repeat(3000) + ']'.repeat(3000),
    '{"a":'.repeat(1000) + '1' + '}'.repeat(1000),
    '{"\\u0000":1}',
    '{"a":"\\udfff"}',
  ],
]
const CONTENT_TYPES = [
  ...['application/json', 'Application/JSON; charset=utf-8', 'text/plain', 'application/xml', 'nonsense', 'image/png'],
  ...['multipart/form-data', 'multipart/form-data; boundary=x', `multipart/form-data; boundary=${'x'.repeat(300)}`, ''],
]
const HEADERS: readonly [string, string][] = [
  ...(['', '*', 'W/"a"', '"a", "b"', 'x'.repeat(2000)] as const).map((value): [string, string] => [
    'if-none-match',
    value,
  ]),
  ...(['bytes=0-0', 'bytes=5-1', 'BYTES=1-', 'bytes=-99999999999999999999', 'bytes=,'] as const).map(
    (value): [string, string] => ['range', value],
  ),
  ...(['k', 'x'.repeat(300), '\u00e9', ' '] as const).map((value): [string, string] => ['idempotency-key', value]),
  ...(['x', '9'.repeat(40), '-1'] as const).map((value): [string, string] => ['last-event-id', value]),
  ...([
    ['accept', 'text/html'],
    ['accept', 'nonsense'],
    ['if-range', '"x"'],
    ['x-forwarded-for', "'; --"],
    ['host', 'elsewhere'],
  ] satisfies [string, string][]),
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Escapes for an address; a lone surrogate becomes the three bytes that are not UTF-8. */
const escaped = (text: string): string =>
  encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\u0001')).replaceAll('%01', '%ED%A0%80')

/** One of so many, and null otherwise. */
const rarely = <T>(one: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: one - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

/** Requests that are nearly right: one or a few things of each are changed. */
export function requests(material: Material): fc.Arbitrary<InjectOptions> {
  const id = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...material.ids) },
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  )
  const text = fc.constantFrom(...HOSTILE_TEXTS)
  return fc
    .record({
      operation: fc.constantFrom(...material.operations),
      method: rarely(12, fc.constantFrom(...METHODS)),
      segments: fc.array(id, { minLength: 3, maxLength: 3 }),
      query: fc.array(fc.tuple(fc.nat(), fc.oneof(text, fc.constantFrom('1', '50', 'failed', 'float32', 'onnx'))), {
        maxLength: 2,
      }),
      unknown: rarely(12, text),
      spelling: rarely(15, fc.constantFrom('upper', 'slash', 'double', 'escape', 'percent', 'absolute')),
      headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 2 }),
      key: fc.constantFrom('Bearer ', 'bearer ', 'BEARER  ', 'Bearer ', 'Bearer ', 'Basic '),
      changes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...HOSTILE_VALUES)), { maxLength: 2 }),
      raw: rarely(10, fc.constantFrom(...RAW_BODIES)),
      type: rarely(12, fc.constantFrom(...CONTENT_TYPES)),
    })
    .map((drawn) => requestOf(material, drawn))
}

interface Drawn {
  operation: Operation
  method: string | null
  segments: string[]
  query: [number, string][]
  unknown: string | null
  spelling: string | null
  headers: [string, string][]
  key: string
  changes: [number, unknown][]
  raw: string | null
  type: string | null
}

function requestOf(material: Material, drawn: Drawn): InjectOptions {
  const { operation, key } = drawn
  const headers: Record<string, string> = { ...Object.fromEntries(drawn.headers), authorization: key }
  const method = (drawn.method ?? operation.method) as 'GET'
  const url = urlOf(drawn)
  if (['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(method)) return { method, url, headers }
  if (operation.id === 'createDataset' && drawn.raw === null) {
    const name = textOf(drawn.changes[0]?.[1], 'fuzzed')
    const upload = multipart(name, textOf(drawn.changes[1]?.[1], 'a.zip').replaceAll(/[\r\n"]/g, ''), material.archive)
    return { method, url, headers: { ...headers, ...upload.headers, ...typed(drawn.type) }, payload: upload.payload }
  }
  const body = changed(structuredClone(material.bodies[operation.id] ?? {}), drawn.changes)
  const payload = drawn.raw ?? JSON.stringify(body)
  return { method, url, headers: { ...headers, 'content-type': 'application/json', ...typed(drawn.type) }, payload }
}

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)
const typed = (type: string | null): Record<string, string> => (type === null ? {} : { 'content-type': type })

function urlOf({ operation, segments, query, unknown, spelling }: Drawn): string {
  let next = 0
  const path = operation.path.replaceAll(/\{\w+\}/g, () => escaped(segments[next++ % segments.length] ?? ''))
  const names = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
  const pairs = query.flatMap(([i, value]) =>
    names.length === 0 ? [] : [`${names[i % names.length]}=${escaped(value)}`],
  )
  if (unknown !== null) pairs.push(`${escaped(unknown)}=1`)
  return spelled(path, spelling) + (pairs.length === 0 ? '' : `?${pairs.join('&')}`)
}

function spelled(path: string, spelling: string | null): string {
  if (spelling === 'upper') return path.toUpperCase()
  if (spelling === 'slash') return `${path}/`
  if (spelling === 'double') return path.replaceAll('/', '//').slice(1)
  if (spelling === 'escape') return path.replace('/v1', '/%761')
  if (spelling === 'percent') return `${path}%`
  return spelling === 'absolute' ? `http://elsewhere${path}` : path
}

/** Puts values at places of a body, the place being any of its nodes. */
function changed(body: unknown, changes: readonly [number, unknown][]): unknown {
  for (const [at, drawn] of changes) {
    // Of its own, as a later change may be made inside it.
    const value = structuredClone(drawn)
    const places: { holder: Record<string, unknown>; key: string }[] = []
    const collect = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return
      for (const [key, child] of Object.entries(node).slice(0, 50)) {
        places.push({ holder: node as Record<string, unknown>, key })
        collect(child)
      }
    }
    collect(body)
    const place = places[at % (places.length + 1)]
    if (place !== undefined) place.holder[place.key] = value
    else if (typeof body === 'object' && body !== null) (body as Record<string, unknown>)[String(at % 7)] = value
  }
  return body
}
