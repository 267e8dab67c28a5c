import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginCallback,
} from 'fastify'
import type { Exposition } from '../metrics/registry.ts'
import type { RequestCounts } from '../service/ports/queue.ts'
import type { Operator } from '../service/operator-sessions.ts'
import type { Services } from '../service/services.ts'
import { handleClientError } from './client-error.ts'
import { compressAnswers } from './compression.ts'
import { refuseUnknown } from './methods.ts'
import { operatorAccess } from './operators.ts'
import { apiMetrics } from './metrics.ts'
import { openApiOptions } from './openapi/document.ts'
import { addProbes } from './probes.ts'
import { openStreams } from './open-streams.ts'
import { servePage } from './page.ts'
import { handleError } from './problem.ts'
import { QUEUE_BOARD, queueBoardRoutes } from './queue-board.ts'
import { requestSpans } from './request-spans.ts'
import { logRequests } from './request-log.ts'
import { adminRoutes } from './routes/admin.ts'
import { operatorSessionRoutes } from './routes/operator-session.ts'
import { sessionRoutes } from './routes/session.ts'
import { signInRoutes, type SignInOptions } from './routes/sign-in.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { sharedSerializers } from './serializers.ts'
import { endSlowBodies, type BodyLimits } from './slow-bodies.ts'
import { STREAM_LIMITS, type StreamLimits } from './stream-limits.ts'
import { guardText } from './text.ts'
import { version1 } from './v1.ts'
import { useValidators } from './validation.ts'

export interface AppOptions {
  services: Services
  log: FastifyBaseLogger
  uploadBytes: number
  requestCounts: RequestCounts
  bodyLimits?: BodyLimits
  streamLimits?: StreamLimits
  /** Proxies whose `X-Forwarded-For` is believed; none by default. */
  trustProxy?: string[]
  /** What `/metrics` asks of callers from elsewhere than this machine. */
  metricsToken?: string | undefined
  /** Is given the metrics, to serve them elsewhere too. */
  onMetrics?: (metrics: Exposition) => void
  /** Calls of an operator per minute. */
  requestsPerMinute?: number
  /** Who may use `/v1/admin`; nobody by default. */
  operators?: readonly Operator[]
  /** Pages that show the queue to operators. */
  queueBoard?: FastifyPluginCallback | undefined
  /** How people sign in; without it, by API keys alone. */
  signIn?: SignInOptions | undefined
  /** Where people reach the service; where sign-in is configured, that is what counts. */
  publicUrl?: string | undefined
  /** How long a session that was opened with an API key lasts at most. */
  sessionMs?: number
  /** Whether requests have spans; they go where the process exports them. */
  traced?: boolean | undefined
  /** Folder of the built page. */
  web: string
}

const MAX_BODY_BYTES = 1_000_000
const OPERATOR_REQUESTS_PER_MINUTE = 6000
const SESSION_MS = 12 * 3_600_000

/** The HTTP API, its docs and the page. One function: it only wires, and the order of hooks and plugins matters. */
export async function buildApp({
  services,
  log,
  uploadBytes,
  requestCounts,
  bodyLimits,
  streamLimits = STREAM_LIMITS,
  trustProxy = [],
  metricsToken,
  onMetrics = () => undefined,
  requestsPerMinute = OPERATOR_REQUESTS_PER_MINUTE,
  operators = [],
  queueBoard,
  signIn,
  publicUrl = signIn?.publicUrl,
  sessionMs = signIn?.sessionMs ?? SESSION_MS,
  traced = false,
  web,
}: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log,
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: trustProxy.length === 0 ? false : trustProxy,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    schemaController: { compilersFactory: { buildSerializer: sharedSerializers } },
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
    clientErrorHandler: handleClientError,
  }).withTypeProvider<TypeBoxTypeProvider>()
  if (traced) await app.register(await requestSpans())
  app.setErrorHandler<FastifyError>(handleError)
  const hasPage = existsSync(web)
  refuseUnknown(app, { hasPage })
  useValidators(app)
  guardText(app)
  logRequests(app)
  const metrics = apiMetrics(app, services)
  onMetrics(metrics)
  endSlowBodies(app, bodyLimits)
  const streams = openStreams(services, streamLimits, log)
  app.addHook('preClose', async () => {
    await Promise.all([streams.events.stop(), streams.logs.stop()])
  })
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })

  await app.register(cookie)
  await app.register(helmet, SECURITY_HEADERS)
  await app.register(multipart, {
    limits: { fileSize: uploadBytes, files: 1, fields: 10, fieldSize: 10_000, parts: 20 },
  })
  await app.register(swagger, openApiOptions())
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  await app.register(async (own) => {
    await compressAnswers(own)
    own.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  })

  addProbes(app, services, { metrics, metricsToken })
  await app.register(version1({ services, streams, requestCounts, uploadBytes }), { prefix: '/v1' })
  await app.register(signInRoutes(services, signIn), { prefix: '/v1' })
  await app.register(sessionRoutes(services, { publicUrl, sessionMs }), { prefix: '/v1' })
  const access = operatorAccess(operators, services)
  await app.register(operatorSessionRoutes(services, access, publicUrl), { prefix: '/v1/admin' })
  await app.register(adminRoutes(services, access, requestsPerMinute), { prefix: '/v1/admin' })
  if (queueBoard !== undefined) await app.register(queueBoardRoutes(queueBoard, access), { prefix: QUEUE_BOARD })
  if (hasPage) await servePage(app, web)
  return app
}
