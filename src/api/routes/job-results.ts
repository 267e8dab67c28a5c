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
    description:
      'Points per key at most: the newest, and the smallest and the largest value of equal parts of the steps. All where they are fewer.',
  }),
})

const listJobEvents = {
  ...listSchema(JobEvent, {
    operationId: 'listJobEvents',
    summary: 'List or stream the events of a job',
    alsoProduces: ['text/event-stream'],
    tags: ['jobs'],
    description:
      'JSON pages, oldest first; with `Accept: text/event-stream` a stream that goes on until the job has ended, from `Last-Event-ID` on.',
  }),
  params: IdParams,
}
const getJobMetrics = {
  operationId: 'getJobMetrics',
  summary: 'Read the metrics of a job',
  description:
    'Series of `[step, value]` by key, such as `train/loss` and `val/accuracy`, thinned to at most `maxPoints` each.',
  tags: ['jobs'],
  params: IdParams,
  querystring: MetricsQuery,
  response: { 200: Type.Object({ data: Type.Array(MetricSeries) }), ...problems },
}
const listJobTransitions = {
  operationId: 'listJobTransitions',
  summary: 'List the states that a job has had',
  description: 'Every change of state, oldest first, with its time and reason.',
  tags: ['jobs'],
  params: IdParams,
  response: { 200: Type.Object({ data: Type.Array(Transition) }), ...problems },
}
const listJobAttempts = {
  ...listSchema(Attempt, {
    operationId: 'listJobAttempts',
    summary: 'List the attempts of a job',
    tags: ['jobs'],
    description: 'Newest first: by which worker, on what, between which steps, how long, and why each ended.',
  }),
  params: IdParams,
}
const listCheckpoints = {
  operationId: 'listCheckpoints',
  summary: 'List the checkpoints of a job',
  description: 'The checkpoints that the job has now: `last`, `best` and, with weight averaging, `averaged`.',
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
