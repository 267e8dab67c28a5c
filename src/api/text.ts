import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError, type ErrorDetail } from '../errors.ts'
import { pointerSegment } from '../job-spec/short-text.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a job spec: its mistakes are `invalid_spec`. */
    spec?: boolean
  }
}

/** Levels of objects and lists in a body. */
export const MAX_DEPTH = 64
/** Keys of one object in a body; no resource has as many. */
export const MAX_KEYS = 500
/** Values in a body, at all levels. */
export const MAX_VALUES = 200_000

/** What keeps a text out of a database and of JSON documents; undefined for text that both can hold. */
export function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'must not hold a NUL character'
  // With the flag u this matches lone halves of a pair only.
  return /\p{Surrogate}/u.test(text) ? 'must be valid Unicode; it holds a lone surrogate' : undefined
}

/** @throws AppError `invalid_request` for text that cannot be kept */
export function requireText(text: string, pointer: string): string {
  const fault = textFault(text)
  if (fault === undefined) return text
  throw new AppError('invalid_request', `${pointer.slice(1)} ${fault}.`, { errors: [{ pointer, detail: fault }] })
}

interface Container {
  value: object
  key: string
  depth: number
  parent?: Container
}

function pointerTo({ key, parent }: Container, child?: string): string {
  const segments = child === undefined ? [] : [pointerSegment(child)]
  let name = key
  for (let next = parent; next !== undefined; { key: name, parent: next } = next) segments.unshift(pointerSegment(name))
  return segments.map((segment) => `/${segment.replaceAll(/\p{Surrogate}|\0/gu, '\ufffd')}`).join('')
}

/** The first value of a parsed body that cannot be kept: its text, a number that is not finite, its depth or size. Walks without recursion. */
export function faultIn(body: unknown): ErrorDetail | undefined {
  const scalarFault = (value: unknown): string | undefined => {
    if (typeof value === 'string') return textFault(value)
    return typeof value === 'number' && !Number.isFinite(value) ? 'must be a finite number' : undefined
  }
  if (typeof body !== 'object' || body === null) {
    const detail = scalarFault(body)
    return detail === undefined ? undefined : { pointer: '', detail }
  }
  let values = 0
  const pending: Container[] = [{ value: body, key: '', depth: 1 }]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.depth > MAX_DEPTH) return { pointer: pointerTo(node), detail: `is nested over ${MAX_DEPTH} levels deep` }
    const isList = Array.isArray(node.value)
    const size = isList ? (node.value as unknown[]).length : Object.keys(node.value).length
    values += size
    if (!isList && size > MAX_KEYS) return { pointer: pointerTo(node), detail: `has more than ${MAX_KEYS} keys` }
    if (values > MAX_VALUES) return { pointer: pointerTo(node), detail: `holds more than ${MAX_VALUES} values` }
    for (const [key, value] of Object.entries(node.value) as [string, unknown][]) {
      const keyFault = isList ? undefined : textFault(key)
      if (keyFault !== undefined) return { pointer: pointerTo(node, key), detail: `the key ${keyFault}` }
      if (typeof value === 'object' && value !== null) pending.push({ value, key, depth: node.depth + 1, parent: node })
      else {
        const detail = scalarFault(value)
        if (detail !== undefined) return { pointer: pointerTo(node, key), detail }
      }
    }
  }
  return undefined
}

/** Headers whose values are kept, or looked up. */
const HEADERS: Readonly<Record<string, { pattern: RegExp; detail: string }>> = {
  'idempotency-key': { pattern: /^[\x20-\x7e]{1,255}$/, detail: 'must be 1 to 255 printable ASCII characters' },
  'last-event-id': { pattern: /^\d{1,18}$/, detail: 'must be the id of an event' },
}

function requireHeaders({ headers }: FastifyRequest): void {
  for (const [name, { pattern, detail }] of Object.entries(HEADERS)) {
    const value = headers[name]
    if (value !== undefined && value !== '' && (typeof value !== 'string' || !pattern.test(value)))
      throw new AppError('invalid_request', `The header ${name} ${detail}.`)
  }
}

/** Refuses what no later part can hold, on every route: in the path, the query, kept headers and the body. */
export function guardText(app: FastifyInstance): void {
  const hook = async (request: FastifyRequest): Promise<void> => {
    requireHeaders(request)
    for (const [part, value] of [
      ['path', request.params],
      ['query string', request.query],
    ] as const) {
      const fault = faultIn(value)
      if (fault !== undefined)
        throw new AppError('invalid_request', `The ${part} is not valid: ${fault.pointer} ${fault.detail}.`, {
          errors: [fault],
        })
    }
    if (typeof request.body !== 'object' || request.body === null || 'pipe' in request.body) return
    const fault = faultIn(request.body)
    if (fault === undefined) return
    const [code, what] = request.routeOptions.config.spec
      ? (['invalid_spec', 'spec'] as const)
      : (['invalid_request', 'body'] as const)
    throw new AppError(code, `The ${what} is not valid: ${fault.pointer || 'it'} ${fault.detail}.`, { errors: [fault] })
  }
  app.addHook('preValidation', hook)
}
