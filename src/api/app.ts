import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify'
import type { Services } from '../service/services.ts'
import { handleClientError } from './client-error.ts'
import { refuseUnknown } from './methods.ts'
import { addProbes } from './probes.ts'
import { openStreams } from './open-streams.ts'
import { handleError } from './problem.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { endSlowBodies, type BodyLimits } from './slow-bodies.ts'
import { STREAM_LIMITS, type StreamLimits } from './stream-limits.ts'
import { guardText } from './text.ts'
import { version1 } from './v1.ts'
import { useValidators } from './validation.ts'

export interface AppOptions {
  services: Services
  log: FastifyBaseLogger
  uploadBytes: number
  requestsPerMinute: number
  bodyLimits?: BodyLimits
  streamLimits?: StreamLimits
  /** Proxies whose `X-Forwarded-For` is believed; none by default. */
  trustProxy?: string[]
  /** What `/metrics` asks of callers from elsewhere than this machine. */
  metricsToken?: string | undefined
  /** Folder of the built dashboard. */
  dashboard: string
}

const MAX_BODY_BYTES = 1_000_000

/** The HTTP API, its docs and the dashboard. */
export async function buildApp({
  services,
  log,
  uploadBytes,
  requestsPerMinute,
  bodyLimits,
  streamLimits = STREAM_LIMITS,
  trustProxy = [],
  metricsToken,
  dashboard,
}: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log,
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: trustProxy.length === 0 ? false : trustProxy,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
    clientErrorHandler: handleClientError,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler<FastifyError>(handleError)
  refuseUnknown(app)
  useValidators(app)
  guardText(app)
  endSlowBodies(app, bodyLimits)
  const streams = openStreams(services, streamLimits, log)
  app.addHook('preClose', async () => {
    await Promise.all([streams.events.stop(), streams.logs.stop()])
  })
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })

  await app.register(helmet, SECURITY_HEADERS)
  await app.register(multipart, {
    limits: { fileSize: uploadBytes, files: 1, fields: 10, fieldSize: 10_000, parts: 20 },
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Anneal', version: '1', description: 'Training as a service for image classification.' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())

  addProbes(app, services, metricsToken)
  await app.register(version1({ services, streams, requestsPerMinute, uploadBytes }), { prefix: '/v1' })
  if (existsSync(dashboard)) {
    const isServed = (path: string): boolean => !path.endsWith('.map')
    await app.register(fastifyStatic, { root: dashboard, allowedPath: isServed })
  }
  return app
}
