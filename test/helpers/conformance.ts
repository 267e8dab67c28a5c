import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

interface DocumentedResponse {
  $ref?: string
  content?: Record<string, object>
}
type Paths = Record<string, Record<string, { operationId: string; responses: Record<string, DocumentedResponse> }>>

/** Answers that every address may give, and no operation in particular: what is not there, what an address does not take, and one that is too long. */
const ANYWHERE = [404, 405, 414]

/** Documents that are sent as they were stored; tests store parts of them. */
const STORED = ['getJobReport']

const pointer = (...segments: string[]): string =>
  segments.map((segment) => `/${encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')

const baseType = (header: string | undefined): string => (header ?? '').split(';', 1)[0] ?? ''

/** The body of an answer that may be compressed. */
function textOf({ headers, body, rawPayload }: LightMyRequestResponse): string {
  const encoding = headers['content-encoding']
  if (encoding === undefined) return body
  return (encoding === 'br' ? brotliDecompressSync(rawPayload) : gunzipSync(rawPayload)).toString()
}

/** Finds how an answer departs from the OpenAPI document; nothing where it is as documented. */
export function conformance(
  app: FastifyInstance,
): (call: { method: string; url: string }, response: LightMyRequestResponse) => string | undefined {
  const document = app.swagger() as unknown as { paths: Paths }
  const ajv = new Ajv2020({ strict: false, validateFormats: false, schemas: { api: document } })
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => {
    const pattern = new RegExp(`^${path.replaceAll(/[.:]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return Object.entries(methods).map(([method, operation]) => ({ path, method, pattern, operation }))
  })
  // Of two that match, the one with fewer parameters is meant.
  operations.sort((a, b) => a.path.split('{').length - b.path.split('{').length)
  const schemaOf = (where: string, type: string) => ajv.getSchema(`api#${where}${pointer('content', type, 'schema')}`)
  const compiled = new Map<string, ValidateFunction | undefined>()
  return ({ method, url }, response) => {
    const { statusCode, headers } = response
    const body = textOf(response)
    const [address = ''] = url.split('?', 1)
    const as = method === 'HEAD' ? ['head', 'get'] : [method.toLowerCase()]
    const found = operations.find(({ method, pattern }) => as.includes(method) && pattern.test(address))
    // Failures of the service are of no operation in particular.
    if (found === undefined || statusCode >= 500) return undefined
    const { operationId, responses } = found.operation
    const at = `${operationId} (${method} ${url})`
    const documented = responses[statusCode]
    if (documented === undefined)
      return ANYWHERE.includes(statusCode) ? undefined : `${at} answers ${statusCode}, which is not documented: ${body}`
    const type = baseType(headers['content-type']?.toString())
    // Browsers are told in a page.
    if (method === 'HEAD' || body === '' || (statusCode >= 400 && type === 'text/html')) return undefined
    const where =
      documented.$ref === undefined
        ? pointer('paths', found.path, found.method, 'responses', String(statusCode))
        : documented.$ref.slice(1)
    const key = `${where} ${type}`
    if (!compiled.has(key)) compiled.set(key, schemaOf(where, type) ?? schemaOf(where, '*/*'))
    const validate = compiled.get(key)
    if (validate === undefined) return `${at} answers with ${type}, which is not documented`
    if (!/[/+]json$/.test(type) || (statusCode < 300 && STORED.includes(operationId)) || validate(JSON.parse(body)))
      return undefined
    return `${at} answers ${statusCode} otherwise than documented: ${ajv.errorsText(validate.errors)}: ${body.slice(0, 500)}`
  }
}
