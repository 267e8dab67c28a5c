import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { AppError } from '../errors.ts'
import type { Services } from '../service/services.ts'
import { requireKey } from './auth.ts'
import { knownMethods } from './methods.ts'
import { handleClientError, handleError, sendProblem } from './problem.ts'
import { artifactRoutes } from './routes/artifacts.ts'
import { augmentRoutes } from './routes/augment.ts'
import { checkpointRoutes } from './routes/checkpoints.ts'
import { datasetRoutes } from './routes/datasets.ts'
import { evaluationRoutes } from './routes/evaluation.ts'
import { jobRoutes } from './routes/jobs.ts'
import { modelRoutes } from './routes/models.ts'
import { policyRoutes } from './routes/policies.ts'
import { sweepRoutes } from './routes/sweeps.ts'
import { teamRoutes } from './routes/team.ts'
import { clip, guardText } from './text.ts'
import { useValidators } from './validation.ts'

export interface AppOptions {
  services: Services
  log: FastifyBaseLogger
  uploadBytes: number
  requestsPerMinute: number
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
  dashboard,
}: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log,
    bodyLimit: MAX_BODY_BYTES,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
    clientErrorHandler: handleClientError,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler<FastifyError>(handleError)
  const methodsOf = knownMethods(app)
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const where = `${request.method} ${clip(path, 200)}`
    const methods = methodsOf(path)
    if (methods.length === 0)
      return sendProblem(reply, request, { code: 'not_found', status: 404, detail: `There is nothing at ${where}.` })
    return sendProblem(reply.header('allow', methods.join(', ')), request, {
      code: 'method_not_allowed',
      status: 405,
      detail: `${where} is not known; the methods of this address are ${methods.join(', ')}.`,
    })
  })
  useValidators(app)
  guardText(app)
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })

  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  })
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.headers.authorization ?? request.ip,
    errorResponseBuilder: (_, { after }) =>
      new AppError('rate_limited', `Too many requests; try again in ${after}.`, { retryable: true }),
    allowList: (request) => !request.url.startsWith('/v1/'),
  })
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

  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  app.get('/livez', { schema: { hide: true } }, () => ({ status: 'ok' }))
  app.get('/readyz', { schema: { hide: true } }, async () => {
    try {
      await Promise.all([services.store.ready(), services.queue.ready()])
      return { status: 'ok' }
    } catch (cause) {
      throw new AppError('unavailable', 'The database or the queue does not answer.', { cause, retryable: true })
    }
  })
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )

  await app.register(
    async (v1) => {
      requireKey(v1, services)
      await v1.register(teamRoutes(services))
      await v1.register(datasetRoutes(services))
      await v1.register(jobRoutes(services))
      await v1.register(sweepRoutes(services))
      await v1.register(checkpointRoutes(services))
      await v1.register(artifactRoutes(services))
      await v1.register(evaluationRoutes(services))
      await v1.register(modelRoutes(services))
      await v1.register(augmentRoutes(services))
      await v1.register(policyRoutes(services))
    },
    { prefix: '/v1' },
  )
  if (existsSync(dashboard)) await app.register(fastifyStatic, { root: dashboard })
  return app
}
