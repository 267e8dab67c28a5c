import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Name, Team } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { problems } from '../schemas.ts'

const getTeam = { operationId: 'getTeam', tags: ['team'], response: { 200: Team, ...problems } }
const renameTeam = {
  operationId: 'renameTeam',
  tags: ['team'],
  body: Type.Object({ name: Name }, { additionalProperties: false }),
  response: { 200: Team, ...problems },
}

/** The caller's team. */
export function teamRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/team', { schema: getTeam }, (request) => services.team(callerOf(request)))
    app.patch('/team', { config: { scope: 'admin', audit: 'store' }, schema: renameTeam }, (request) =>
      services.renameTeam(callerOf(request), request.body.name),
    )
  }
}
