import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { stringify } from 'csv-stringify/sync'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { USAGE_DIMENSIONS, type UsageDimension } from '../../service/ports/usage.ts'
import { pageOf } from '../../service/resources.ts'
import { QuotaState, UsageRow } from '../../service/scheduling-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { PageQuery, problems } from '../schemas.ts'

const Day = Type.String({ maxLength: 10, pattern: '^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' })
const UsageQuery = Type.Object({
  ...PageQuery.properties,
  by: Type.String({
    default: 'day',
    maxLength: 40,
    description: `What device time is added up by: one or more of ${USAGE_DIMENSIONS.join(', ')}, with commas between them.`,
  }),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  format: Type.Union([Type.Literal('json'), Type.Literal('csv')], { default: 'json' }),
})

const USAGE = {
  description: 'A page of device time.',
  content: { 'application/json': { schema: pageOf(UsageRow) }, 'text/csv': { schema: Type.String() } },
}

const getQuota = {
  operationId: 'getQuota',
  summary: 'Quota and what is used of it',
  tags: ['team'],
  description: 'Each limit of the team, and what is used of it.',
  response: { 200: QuotaState, ...problems },
}
const getUsage = {
  operationId: 'getUsage',
  summary: 'Device time used',
  tags: ['team'],
  description:
    'Device time, from one day to another (UTC; the last thirty days by default). As CSV, the cursor of the next page is in the header `x-next-cursor`.',
  querystring: UsageQuery,
  response: { 200: USAGE, ...problems },
}

/** What the team may use and has used. */
export function usageRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/team/quota', { schema: getQuota }, (request) => services.quota(callerOf(request)))
    app.get('/team/usage', { schema: getUsage }, async (request, reply) => {
      const { by, format, ...query } = request.query
      const page = await services.deviceUsage(callerOf(request), { ...query, by: dimensions(by) })
      if (format === 'json') return page
      if (page.nextCursor !== null) reply.header('x-next-cursor', page.nextCursor)
      reply.type('text/csv; charset=utf-8').serializer((csv) => csv as string)
      return csvOf(page.data)
    })
  }
}

function dimensions(text: string): UsageDimension[] {
  const names = text.split(',')
  const known = names.filter((name): name is UsageDimension => (USAGE_DIMENSIONS as readonly string[]).includes(name))
  if (known.length === names.length && new Set(names).size === names.length) return known
  throw new AppError('invalid_request', `by is ${JSON.stringify(text)}; ${USAGE_DIMENSIONS.join(', ')} are known.`, {
    errors: [{ pointer: '/by', detail: `must have each of ${USAGE_DIMENSIONS.join(', ')} once at most` }],
  })
}

const COLUMNS = ['day', 'job', 'person', 'key', 'deviceKind', 'jobs', 'deviceSeconds'] as const

const csvOf = (rows: readonly UsageRow[]): string =>
  stringify([...rows], { header: true, columns: [...COLUMNS], record_delimiter: 'windows', escape_formulas: true })
