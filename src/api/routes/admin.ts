import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { Email, OperatedTeam, TeamOverview, TeamQuota, TeamQuotaChange } from '../../service/people-resources.ts'
import { Name } from '../../service/resources.ts'
import { QueuePage } from '../../service/scheduling-resources.ts'
import type { Services } from '../../service/services.ts'
import { TrashEntry } from '../../service/trash-resources.ts'
import { withinTeam } from '../../service/team-scope.ts'
import { compressAnswers } from '../compression.ts'
import { once, OPERATORS } from '../idempotency.ts'
import { operatorOf, requireOperator, type OperatorAccess } from '../operators.ts'
import { limitRate } from '../rate-limit.ts'
import { DeleteQuery, IdParams, listSchema, OPERATOR_SECURITY, PageQuery, problems } from '../schemas.ts'
import { auditExportSchema, auditSchema, sendExport } from './audit-log.ts'
import { workerRoutes } from './workers.ts'

const tags = ['operators']
const security = OPERATOR_SECURITY
const NewTeam = Type.Object({ name: Name, owner: Type.Optional(Email) }, { additionalProperties: false })
const Created = Type.Object({
  ...OperatedTeam.properties,
  secret: Type.String({ description: 'The first API key, with all scopes; it is shown nowhere else.' }),
})

const route = (operationId: string, summary: string, description: string) => ({
  operationId,
  summary,
  tags,
  security,
  description,
})
const listTeams = {
  ...listSchema(
    TeamOverview,
    route('listTeams', 'List all teams', 'Newest first, with the limits of each and what it uses of them.'),
  ),
  security,
}
const createTeam = {
  idempotent: true,
  ...route(
    'createTeam',
    'Create a team',
    'Makes a team with its first API key and, where an email is given, its first owner.',
  ),
  body: NewTeam,
  response: { 201: Created, ...problems },
}
const changing = (operationId: string, summary: string, description: string) => ({
  ...route(operationId, summary, description),
  params: IdParams,
  response: { 200: OperatedTeam, ...problems },
})
const getTeam = changing('getOperatedTeam', 'Read a team', 'Its name, and whether it is suspended.')
const renameTeam = {
  ...changing('renameOperatedTeam', 'Rename a team', 'Gives any team another name; its id stays.'),
  body: Type.Object({ name: Name }, { additionalProperties: false }),
}
const suspendTeam = {
  errors: ['wrong_state'],
  ...changing(
    'suspendTeam',
    'Suspend a team',
    'Its keys and people are refused from then on, with `team_suspended`. Running jobs finish; what is queued waits.',
  ),
}
const resumeTeam = {
  errors: ['wrong_state'],
  ...changing('resumeTeam', 'End the suspension of a team', 'Ends a suspension; what is queued is run again.'),
}
const getTeamQuota = {
  ...route(
    'getTeamQuota',
    'Read the quota of a team',
    'The limits of a team, what is used of them, which are its own, and its weight in the fair share.',
  ),
  params: IdParams,
  response: { 200: TeamQuota, ...problems },
}
const changeTeamQuota = {
  ...getTeamQuota,
  ...route(
    'changeTeamQuota',
    'Change the quota of a team',
    'Gives a team limits of its own, or, with null, that of the installation again; and its weight. What is not named stays.',
  ),
  body: TeamQuotaChange,
}
const deleteTeam = {
  errors: ['wrong_state'],
  ...route('deleteTeam', 'Delete a team', 'Deletes a suspended team with everything that it has. Its audit log stays.'),
  params: IdParams,
  querystring: DeleteQuery,
  response: { 204: Type.Null(), ...problems },
}

const QueueQuery = Type.Object({
  ...PageQuery.properties,
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 200, description: 'Jobs per page.' }),
})
const getQueue = {
  ...route(
    'getQueue',
    'The whole queue',
    'Queued jobs of all teams in the order in which they are expected to be claimed, and why each waits. A page is as of the moment at which it is read.',
  ),
  querystring: QueueQuery,
  response: { 200: QueuePage, ...problems },
}

const listTrashedTeams = {
  ...listSchema(
    TrashEntry,
    route('listTrashedTeams', 'List deleted teams', 'Deleted teams that can be restored, newest first.'),
  ),
  security,
}
const restoreTeam = {
  errors: ['wrong_state', 'conflict'],
  ...changing('restoreTeam', 'Restore a team', 'Takes a team out of the trash; it stays suspended.'),
}
const purgeTeam = {
  errors: ['wrong_state', 'conflict'],
  ...route('purgeTeam', 'Remove a team for good', 'Removes a team in the trash for good, now. Its audit log stays.'),
  params: IdParams,
  response: { 204: Type.Null(), ...problems },
}

const shownOnce = (id: string): AppError =>
  new AppError(
    'conflict',
    `Team ${id} was created by an earlier request with this Idempotency-Key; its API key was shown then and is stored nowhere. Delete it and create another.`,
  )

/** For operators: all teams, and the log of what was done to them. */
export function adminRoutes(
  services: Services,
  access: OperatorAccess,
  requestsPerMinute: number,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onSend', async (_, reply) => {
      reply.header('cache-control', 'no-store')
    })
    requireOperator(app, access)
    await compressAnswers(app)
    // Their idempotency keys are kept under this name, which is no team's.
    app.addHook('preValidation', (_, __, done) => withinTeam(OPERATORS, done))
    await limitRate(app, requestsPerMinute, ({ operator }) => operator)
    const config = { audit: 'store' } as const
    app.get('/teams', { schema: listTeams }, (request) => services.teamOverviews(request.query))
    app.post('/teams', { config, schema: createTeam }, (request, reply) =>
      once(services, request, reply, {
        status: 201,
        prefix: 'team',
        async run(id) {
          const { secret } = await services.createTeam({ ...request.body, id }, operatorOf(request))
          return { ...(await services.operatedTeam(id)), secret }
        },
        async find(id) {
          if ((await services.store.operatedTeam(id)) !== undefined) throw shownOnce(id)
          return undefined
        },
        kept: ({ id }) => ({ id }),
        replay(kept) {
          throw shownOnce((kept as { id: string }).id)
        },
      }),
    )
    app.get('/teams/:id', { schema: getTeam }, (request) => services.operatedTeam(request.params.id))
    app.patch('/teams/:id', { config, schema: renameTeam }, (request) =>
      services.renameOperatedTeam(request.params.id, request.body.name, operatorOf(request)),
    )
    app.get('/teams/:id/quota', { schema: getTeamQuota }, (request) => services.teamQuota(request.params.id))
    app.patch('/teams/:id/quota', { config, schema: changeTeamQuota }, (request) =>
      services.setQuota(request.params.id, request.body, operatorOf(request)),
    )
    app.post('/teams/:id/suspend', { config, schema: suspendTeam }, (request) =>
      services.suspendTeam(request.params.id, operatorOf(request)),
    )
    app.post('/teams/:id/resume', { config, schema: resumeTeam }, (request) =>
      services.resumeTeam(request.params.id, operatorOf(request)),
    )
    app.delete('/teams/:id', { config, schema: deleteTeam }, async (request, reply) => {
      await services.deleteTeam(request.params.id, operatorOf(request), request.query)
      return reply.code(204).send(null)
    })
    await app.register(workerRoutes(services))
    app.get('/queue', { schema: getQueue }, (request) => services.wholeQueue(request.query))
    addTrash(app, services)
    addAuditLog(app, services)
  }
}

const addTrash: (app: Parameters<FastifyPluginAsyncTypebox>[0], services: Services) => void = (app, services) => {
  const config = { audit: 'store' } as const
  app.get('/trash', { schema: listTrashedTeams }, (request) => services.trashedTeams(request.query))
  app.post('/trash/:id/restore', { config, schema: restoreTeam }, (request) =>
    services.restoreTeam(request.params.id, operatorOf(request)),
  )
  app.delete('/trash/:id', { config, schema: purgeTeam }, async (request, reply) => {
    await services.purgeTeam(request.params.id, operatorOf(request))
    return reply.code(204).send(null)
  })
}

const addAuditLog: (app: Parameters<FastifyPluginAsyncTypebox>[0], services: Services) => void = (app, services) => {
  const schema = { ...auditSchema('listWholeAuditLog', tags, 'of all teams'), security }
  app.get('/audit-log', { schema }, (request) => services.auditLog(undefined, request.query))
  const exportSchema = { ...auditExportSchema('exportWholeAuditLog', tags, 'of all teams'), security }
  app.get('/audit-log/export', { schema: exportSchema }, (request, reply) => {
    const { format, ...filter } = request.query
    return sendExport(reply, services.auditEntries(undefined, filter), format)
  })
}
