import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Attempt } from '../../service/attempt-resources.ts'
import { Checkpoint, JobEvent, MetricSeries, Transition } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { IdParams, listSchema, problems } from '../schemas.ts'
import { stream, type Streams } from '../sse.ts'

/** Steps are kept as integers of four bytes. */
const MAX_STEP = 2_147_483_647

const MetricsQuery = Type.Object({
  keys: Type.Optional(Type.String({ maxLength: 1000, description: 'Comma-separated; all without it.' })),
  after: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_STEP, description: 'Only later steps.' })),
  maxPoints: Type.Integer({
    default: 1000,
    minimum: 1,
    maximum: 10_000,
    description: 'Points a key at most, evenly spread, the newest among them.',
  }),
})

const listJobEvents = {
  ...listSchema(JobEvent, {
    operationId: 'listJobEvents',
    tags: ['jobs'],
    description:
      'JSON pages, oldest first; with `Accept: text/event-stream` a stream that goes on until the job has ended, from `Last-Event-ID` on.',
  }),
  params: IdParams,
}
const getJobMetrics = {
  operationId: 'getJobMetrics',
  tags: ['jobs'],
  params: IdParams,
  querystring: MetricsQuery,
  response: { 200: Type.Object({ data: Type.Array(MetricSeries) }), ...problems },
}
const listJobTransitions = {
  operationId: 'listJobTransitions',
  tags: ['jobs'],
  params: IdParams,
  response: { 200: Type.Object({ data: Type.Array(Transition) }), ...problems },
}
const listJobAttempts = {
  ...listSchema(Attempt, {
    operationId: 'listJobAttempts',
    tags: ['jobs'],
    description: 'Newest first: by which worker, on what, between which steps, how long, and why each ended.',
  }),
  params: IdParams,
}
const listCheckpoints = {
  operationId: 'listCheckpoints',
  tags: ['checkpoints'],
  params: IdParams,
  response: { 200: Type.Object({ data: Type.Array(Checkpoint) }), ...problems },
}

/** What a job has done so far: events, metrics, transitions, attempts and checkpoints. */
export function jobResultRoutes(services: Services, streams: Streams): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/jobs/:id/events', { schema: listJobEvents }, async (request, reply) => {
      const { id } = request.params
      if (request.headers.accept?.includes('text/event-stream') !== true)
        return services.events(callerOf(request), id, request.query)
      await services.job(callerOf(request), id)
      return stream(request, reply, { hub: streams.events, open: streams.open, topic: id })
    })
    app.get('/jobs/:id/metrics', { schema: getJobMetrics }, async (request) => {
      const { keys, after, maxPoints } = request.query
      return {
        data: await services.metrics(callerOf(request), request.params.id, {
          keys: keys?.split(','),
          after,
          maxPoints,
        }),
      }
    })
    app.get('/jobs/:id/transitions', { schema: listJobTransitions }, async (request) => ({
      data: await services.transitions(callerOf(request), request.params.id),
    }))
    app.get('/jobs/:id/attempts', { schema: listJobAttempts }, (request) =>
      services.attempts(callerOf(request), request.params.id, request.query),
    )
    app.get('/jobs/:id/checkpoints', { schema: listCheckpoints }, async (request) => ({
      data: await services.checkpoints(callerOf(request), request.params.id),
    }))
  }
}
