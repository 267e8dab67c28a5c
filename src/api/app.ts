import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { AppError } from '../errors.ts'
import type { Caller } from '../service/ports/caller.ts'
import type { Services } from '../service/services.ts'
import { requireKey } from './auth.ts'
import { EventHub } from './event-hub.ts'
import { requireMetricsAccess } from './metrics-access.ts'
import { knownMethods } from './methods.ts'
import { handleClientError, handleError, sendProblem } from './problem.ts'
import { readiness } from './readiness.ts'
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
import { endSlowBodies, type BodyLimits } from './slow-bodies.ts'
import { clip, guardText } from './text.ts'
import { useValidators } from './validation.ts'

export interface AppOptions {
  services: Services
  log: FastifyBaseLogger
  uploadBytes: number
  requestsPerMinute: number
  bodyLimits?: BodyLimits
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
  endSlowBodies(app, bodyLimits)
  const hub = new EventHub(services.store, (error) => log.warn({ event: 'streams_failed', error: String(error) }))
  app.addHook('preClose', () => hub.stop())
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
  const ready = readiness(services)
  app.get('/readyz', { schema: { hide: true } }, async () => {
    await ready()
    return { status: 'ok' }
  })
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    requireMetricsAccess(request, metricsToken)
    return reply.type(registry.contentType).send(await registry.metrics())
  })

  await app.register(
    async (v1) => {
      v1.addHook('onSend', async (_, reply) => {
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
      })
      requireKey(v1, services)
      v1.addHook('onResponse', async (request, reply) => {
        if (request.method !== 'GET' && request.method !== 'HEAD') logChange(request, reply.statusCode)
      })
      // After authentication, so that a key's limit holds however its header or the address is spelt.
      await v1.register(rateLimit, {
        max: requestsPerMinute,
        timeWindow: 60_000,
        keyGenerator: ({ caller }) => caller.keyId,
        errorResponseBuilder: (_, { after }) =>
          new AppError('rate_limited', `Too many requests; try again in ${after}.`, { retryable: true }),
      })
      await v1.register(teamRoutes(services))
      await v1.register(datasetRoutes(services))
      await v1.register(jobRoutes(services, hub))
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
  if (existsSync(dashboard)) {
    const isServed = (path: string): boolean => !path.endsWith('.map')
    await app.register(fastifyStatic, { root: dashboard, allowedPath: isServed })
  }
  return app
}

/** Who has changed what: keys, data sets, jobs. Bodies and secrets are no part of it. */
function logChange({ log, method, url, caller, id }: FastifyRequest, status: number): void {
  const who = (caller as Caller | undefined) ?? { keyId: undefined, teamId: undefined }
  const line = { event: 'change_requested', method, path: url.split('?', 1)[0]?.slice(0, 200), status, requestId: id }
  log.info({ ...line, keyId: who.keyId, teamId: who.teamId })
}
