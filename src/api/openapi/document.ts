import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySchema, RouteOptions } from 'fastify'
import { SESSION_COOKIE } from '../auth.ts'
import { OPERATOR_COOKIE } from '../operators.ts'
import { nameSchemas } from './components.ts'
import { operationsIn, type Document } from './document-types.ts'
import { JobSubmission, NAMED_SCHEMAS } from './named-schemas.ts'
import { makeDefaultsOptional } from './optional-defaults.ts'
import { describeResponses, HEADERS, type OperationFacts } from './responses.ts'
import { TAGS } from './tags.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** Codes that the operation answers with, next to those that every one like it has; with a status where it is another than the code's. */
    errors?: readonly (string | readonly [number, string])[]
    /** It takes an Idempotency-Key. */
    idempotent?: boolean
    /** It answers with a file, of which ranges can be asked for. */
    ranges?: boolean
    /** Content types of the answer next to JSON. */
    alsoProduces?: readonly string[]
  }
}

const SECURITY_SCHEMES = {
  key: { type: 'http', scheme: 'bearer', description: 'An API key.' },
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Of somebody who is signed in.' },
  operator: { type: 'http', scheme: 'bearer', description: 'The token of an operator.' },
  operatorSession: {
    type: 'apiKey',
    in: 'cookie',
    name: OPERATOR_COOKIE,
    description: 'Of an operator who is signed in.',
  },
} as const
const IDEMPOTENCY_KEY = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'Makes a repeated call safe: the same key and body get the first answer again, for a day.',
}
const BINARY = { type: 'string', format: 'binary' }
const FILES = {
  type: 'object',
  properties: { images: { type: 'array', items: BINARY, minItems: 1, maxItems: 16 } },
  maxProperties: 17,
  required: ['images'],
}

/** The OpenAPI document is made from the routes: their schemas, and what `FastifySchema` has beside them. */
export function openApiOptions(): FastifyDynamicSwaggerOptions {
  const facts = new Map<string, OperationFacts>()
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Anneal',
        version: '1',
        description: 'Training as a service for image classification.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service.' }],
      tags: [...TAGS],
      components: { securitySchemes: SECURITY_SCHEMES, schemas: NAMED_SCHEMAS as never },
      security: [{ key: [] }, { session: [] }],
    },
    transform({ schema, url, route }) {
      const documented = documentedSchema(schema, route)
      if (documented.operationId !== undefined) facts.set(documented.operationId, factsOf(documented, route))
      return { schema: documented, url }
    },
    transformObject(made) {
      const openapiObject = 'openapiObject' in made ? made.openapiObject : {}
      const document = openapiObject as Document
      document.components.responses = {}
      document.components.headers = HEADERS
      for (const operation of operationsIn(document)) {
        const known = facts.get(operation.operationId)
        if (known !== undefined) describeResponses(document, operation, known)
      }
      nameSchemas(document)
      makeDefaultsOptional(document)
      return openapiObject
    },
  }
}

/** A route's schema with what is checked otherwise: specs by their parser, files as they come. */
function documentedSchema(schema: FastifySchema = {}, { config }: RouteOptions): FastifySchema {
  const { body, consumes, headers, idempotent = false, response = {} } = schema
  const documented: FastifySchema = { ...schema, response: successes(response as Record<string, unknown>) }
  // The plugin tells HEAD from GET, which may share a schema elsewhere.
  if (schema.operationId !== undefined) documented.operationId = schema.operationId.replace(/-head$/, '')
  if (config?.spec === true) documented.body = JobSubmission
  else if (body === undefined && consumes !== undefined)
    documented.body = { content: Object.fromEntries(consumes.map((type) => [type, { schema: fileSchema(type) }])) }
  if (idempotent) documented.headers = headers ?? { type: 'object', properties: { 'Idempotency-Key': IDEMPOTENCY_KEY } }
  return documented
}

const fileSchema = (type: string): object => (type === 'multipart/form-data' ? FILES : BINARY)

/** Answers other than problem documents, by the status that they have. */
const successes = (response: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(response)
      .filter(([status]) => !/^[45]/.test(status))
      .map(([status, schema]) => [status.replace(/xx$/i, status.startsWith('3') ? '04' : '00'), schema]),
  )

function factsOf(schema: FastifySchema, { method }: RouteOptions): OperationFacts {
  // Without any of its own, that of the document holds.
  const security = schema.security ?? [{ key: [] }]
  return {
    takesKey: security.some((scheme) => 'key' in scheme),
    takesOperator: security.some((scheme) => 'operator' in scheme),
    hasParams: schema.params !== undefined,
    hasBody: !['GET', 'HEAD'].includes(String(method)),
    idempotent: schema.idempotent === true,
    ranges: schema.ranges === true,
    alsoProduces: schema.alsoProduces ?? [],
    errors: schema.errors ?? [],
  }
}
