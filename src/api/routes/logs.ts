import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { containing, LogLine, lineId } from '../../service/log-resources.ts'
import { pageOf } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { AppError } from '../../errors.ts'
import { callerOf } from '../auth.ts'
import { IdParams, problems } from '../schemas.ts'
import { stream, type Streams } from '../sse.ts'

const LogQuery = Type.Object({
  limit: Type.Integer({ default: 500, minimum: 1, maximum: 5000, description: 'Lines per page.' }),
  after: Type.Optional(
    Type.String({
      pattern: String.raw`^\d{1,18}$`,
      maxLength: 18,
      description: 'The `nextCursor` of the page before, or the id of a line.',
    }),
  ),
  attempt: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Of one attempt only.' })),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Lines that contain the text, in whatever case. A page may be empty and still have a `nextCursor`.',
    }),
  ),
  tail: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 5000, description: 'The last lines, so many, in place of a page.' }),
  ),
})
type LogQuery = Static<typeof LogQuery>

const logSchema = (operationId: string, tag: string, [whose, what]: [string, string]) => ({
  operationId,
  summary: `Read or follow the log of ${whose}`,
  tags: [tag],
  alsoProduces: ['text/event-stream', 'text/plain'],
  description: `What ${what} printed: JSON pages, oldest first; with \`Accept: text/event-stream\` a stream from \`Last-Event-ID\` on that follows it to its end; with \`Accept: text/plain\` all of it as text.`,
  params: IdParams,
  querystring: LogQuery,
  response: { 200: pageOf(LogLine), ...problems },
})

interface LogPage {
  data: LogLine[]
  nextCursor: string | null
}

/** An answer that is sent in another form than the JSON of the schema. */
const answered = (reply: unknown): LogPage => reply as LogPage

/** What processes printed for jobs, data sets and batches of predictions. */
export function logRoutes(services: Services, streams: Streams): FastifyPluginAsyncTypebox {
  const answer = async (request: FastifyRequest, reply: FastifyReply, owner: string): Promise<LogPage> => {
    const { limit, after = '0', attempt, search, tail } = request.query as LogQuery
    const accept = request.headers.accept ?? ''
    if (accept.includes('text/event-stream')) {
      const matches = containing(search)
      return answered(
        await stream(request, reply, {
          hub: streams.logs,
          open: streams.open,
          topic: owner,
          accepts: ({ value }) => {
            const line = value as LogLine
            return (attempt === undefined || line.attempt === attempt) && matches(line)
          },
        }),
      )
    }
    if (accept.includes('text/plain')) {
      reply.type('text/plain; charset=utf-8').header('content-disposition', `attachment; filename="${owner}.log"`)
      return answered(reply.send(services.logText(owner, { attempt, search })))
    }
    if (tail !== undefined && after !== '0')
      throw new AppError('invalid_request', 'tail and after cannot be given together.', {
        errors: [{ pointer: '/tail', detail: 'is the end of the log, wherever a page before ended' }],
      })
    if (tail !== undefined) {
      return { data: await services.logTail(owner, { attempt, search, limit: tail }), nextCursor: null }
    }
    const { data, next } = await services.logLines(owner, { attempt, search, limit, after: lineId.parse(after) })
    return { data, nextCursor: next ?? null }
  }
  return async (app) => {
    app.get(
      '/jobs/:id/logs',
      { schema: logSchema('getJobLogs', 'jobs', ['a job', 'the processes of a job']) },
      async (request, reply) => answer(request, reply, await services.jobLog(callerOf(request), request.params.id)),
    )
    app.get(
      '/datasets/:id/logs',
      { schema: logSchema('getDatasetLogs', 'data sets', ['an ingest', 'the ingest of a data set']) },
      async (request, reply) => answer(request, reply, await services.datasetLog(callerOf(request), request.params.id)),
    )
    app.get(
      '/predictions/:id/logs',
      {
        schema: logSchema('getPredictionLogs', 'models', [
          'a batch of predictions',
          'the predictor for a batch of predictions',
        ]),
      },
      async (request, reply) =>
        answer(request, reply, await services.predictionLog(callerOf(request), request.params.id)),
    )
  }
}
