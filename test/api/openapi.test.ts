import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { beforeAll, describe, expect, it } from 'vitest'
import { isJson, type Document, type OperationObject, type Schema } from '../../src/api/openapi/document-types.ts'
import { ERROR_CODES } from '../../src/errors.ts'
import { declaredApp } from '../helpers/declared-app.ts'
import { conformance } from '../helpers/conformance.ts'

/** Routes that are no part of the API: probes, its description, and the pages. */
const OTHER_ROUTES = /^\/(?:livez|readyz|metrics|openapi\.json|docs)/
/** A JSON Schema, which is an object of any keys. */
const OPEN = ['getSpecSchema']

interface Operation extends OperationObject {
  summary?: string
  description?: string
  tags?: string[]
  security?: object[]
}

let app: FastifyInstance
let routes: readonly string[]
let document: Document & { tags: { name: string }[] }
let operations: { at: string; operation: Operation }[]

beforeAll(async () => {
  ;({ app, routes } = await declaredApp())
  document = JSON.parse(JSON.stringify(app.swagger())) as typeof document
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: `${method.toUpperCase()} ${path}`, operation })),
  )
})

const failing = (holds: (operation: Operation) => boolean): string[] =>
  operations.filter(({ operation }) => !holds(operation)).map(({ at }) => at)

const nameOf = ({ $ref = '' }: Schema = {}): string => $ref.replace('#/components/schemas/', '')
const named = (schema: Schema | undefined): boolean => nameOf(schema) in document.components.schemas
const responseOf = (operation: Operation, status: string) => {
  const { $ref, ...response } = operation.responses[status] ?? {}
  return $ref === undefined ? response : (document.components.responses[$ref.split('/').at(-1) ?? ''] ?? {})
}
/** Content of the answers that are no problem. */
const answers = ({ responses }: Operation) =>
  Object.entries(responses)
    .filter(([status]) => Number(status) < 300)
    .flatMap(([, { content = {} }]) => Object.entries(content))

describe('the OpenAPI document', () => {
  it('is valid to two validators, and so are its examples', async () => {
    const { errors, valid } = await new Validator().validate(structuredClone(document) as never)
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
    const config = await createConfig({ extends: ['spec'] })
    const source = makeDocumentFromString(JSON.stringify(document), '/openapi.json')
    const found = await lintDocument({
      document: source,
      config,
      externalRefResolver: new BaseResolver(config.resolve),
    })
    expect(found.map(({ message, location }) => `${message} ${location[0]?.pointer ?? ''}`)).toEqual([])
    const ajv = new Ajv2020({ strict: false, validateFormats: false, schemas: { api: document } })
    for (const [name, { examples = [] }] of Object.entries(document.components.schemas))
      for (const example of examples) {
        const check = ajv.getSchema(`api#/components/schemas/${name}`)
        expect(check?.(example), `${name}: ${ajv.errorsText(check?.errors)}`).toBe(true)
      }
  })

  it('has every route, and every operation is one', () => {
    const listed = operations.map(({ at }) => at.replaceAll(/\{\w+\}/g, '{}'))
    const registered = routes.filter((route) => !OTHER_ROUTES.test(route.split(' ')[1] ?? ''))
    // Fastify answers HEAD wherever GET is answered.
    const headOfGet = (route: string): boolean =>
      route.startsWith('HEAD ') && routes.includes(route.replace('HEAD', 'GET'))
    expect(registered.length).toBeGreaterThan(100)
    expect(listed.filter((each) => !registered.includes(each))).toEqual([])
    expect(registered.filter((each) => !listed.includes(each) && !headOfGet(each))).toEqual([])
  })

  it('gives every operation an id of its own, a summary, a description and a known tag', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(ids.filter((id, i) => ids.indexOf(id) !== i || !/^[a-z][A-Za-z]+$/.test(id))).toEqual([])
    expect(failing(({ summary = '' }) => /^[A-Z].+[^.]$/.test(summary))).toEqual([])
    expect(failing(({ description = '' }) => /^[A-Z`].+[.!]$/s.test(description))).toEqual([])
    const known = document.tags.map(({ name }) => name)
    expect(failing(({ tags = [] }) => tags.length === 1 && known.includes(tags[0] ?? ''))).toEqual([])
  })

  it('types every body by a named component, with an example of each that is sent as JSON', () => {
    const sent = ({ requestBody }: Operation) => Object.entries(requestBody?.content ?? {})
    const isFile = ({ type, format }: Schema = {}): boolean => type === 'string' && format === 'binary'
    expect(failing((operation) => sent(operation).every(([, { schema }]) => named(schema) || isFile(schema)))).toEqual(
      [],
    )
    expect(
      failing((operation) =>
        sent(operation).every(
          ([type, { schema }]) => !isJson(type) || document.components.schemas[nameOf(schema)]?.examples !== undefined,
        ),
      ),
    ).toEqual([])
    const typed = failing((operation) =>
      answers(operation).every(
        ([type, { schema }]) =>
          named(schema) || (isJson(type) ? OPEN.includes(operation.operationId) : schema?.type === 'string'),
      ),
    )
    expect(typed).toEqual([])
    for (const name of [
      'Job',
      'Dataset',
      'Checkpoint',
      'MetricSeries',
      'PredictResponse',
      'Problem',
      'RegisteredModel',
    ])
      expect(document.components.schemas[name]?.examples, name).toBeDefined()
    expect(nameOf(document.paths['/v1/jobs']?.['post']?.requestBody?.content['application/json']?.schema)).toBe(
      'JobSubmission',
    )
    const upload = document.paths['/v1/datasets']?.['post']?.requestBody?.content ?? {}
    expect(Object.keys(upload)).toEqual(['application/json', 'multipart/form-data'])
    expect(document.components.schemas[nameOf(upload['multipart/form-data']?.schema)]?.properties).toHaveProperty(
      'file',
    )
  })

  it('has for every operation the codes of the problem documents that it answers with', () => {
    const codesOf = (operation: Operation, status: string): string[] => {
      const { content = {} } = responseOf(operation, status)
      const { allOf = [] } = (content['application/problem+json']?.schema ?? {}) as { allOf?: Schema[] }
      return allOf.flatMap(({ properties = {} }) => (properties['code']?.['enum'] as string[] | undefined) ?? [])
    }
    const known = new Set<string>(ERROR_CODES)
    const isTyped = (operation: Operation): boolean =>
      Object.keys(operation.responses)
        .filter((status) => Number(status) >= 400)
        .every(
          (status) =>
            codesOf(operation, status).length > 0 && codesOf(operation, status).every((code) => known.has(code)),
        )
    expect(failing(isTyped)).toEqual([])
    const open = ({ security = [] }: Operation): boolean => security.length === 0
    expect(failing((operation) => open(operation) || codesOf(operation, '401').includes('unauthorized'))).toEqual([])
    const submit = document.paths['/v1/jobs']?.['post']
    expect(submit && codesOf(submit, '422')).toEqual(expect.arrayContaining(['invalid_spec', 'idempotency_key_reused']))
  })

  it('has the headers of answers', () => {
    const headersOf = (path: string, method: string, status: string): string[] =>
      Object.keys(document.paths[path]?.[method]?.responses[status]?.headers ?? {})
    expect(headersOf('/v1/jobs', 'post', '202')).toEqual(
      expect.arrayContaining(['X-Request-Id', 'X-RateLimit-Remaining', 'Location', 'Idempotent-Replayed']),
    )
    expect(headersOf('/v1/checkpoints/{id}/content', 'get', '206')).toEqual(
      expect.arrayContaining(['ETag', 'Content-Range']),
    )
  })

  it('is what answers are compared with in every test that injects calls', () => {
    const departure = conformance(app)
    const answered = (statusCode: number, body: object, type = 'application/json'): LightMyRequestResponse =>
      ({
        statusCode,
        headers: { 'content-type': type },
        body: JSON.stringify(body),
      }) as unknown as LightMyRequestResponse
    const call = { method: 'GET', url: '/v1/team?x=1' }
    expect(departure(call, answered(200, { id: 'team_1', name: 'a', createdAt: 'now' }))).toBeUndefined()
    expect(departure(call, answered(200, { id: 'team_1', name: 1, createdAt: 'now' }))).toContain('must be string')
    expect(departure(call, answered(200, {}, 'text/html'))).toContain('not documented')
    expect(departure(call, answered(418, {}))).toContain('418')
    const problem = document.components.schemas['Problem']?.examples?.[0] as object
    expect(
      departure({ ...call, url: '/v1/jobs/job_1' }, answered(404, problem, 'application/problem+json')),
    ).toBeUndefined()
    expect(
      departure(
        { ...call, url: '/v1/jobs/job_1' },
        answered(404, { ...problem, code: 'conflict' }, 'application/problem+json'),
      ),
    ).toContain('code')
  })
})
