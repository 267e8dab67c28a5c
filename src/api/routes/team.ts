import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Name, Team } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { problems } from '../schemas.ts'

const getTeam = {
  operationId: 'getTeam',
  summary: 'The team of the caller',
  description: 'Name and id of the team that the key or session belongs to.',
  tags: ['team'],
  response: { 200: Team, ...problems },
}
const renameTeam = {
  operationId: 'renameTeam',
  summary: 'Rename the team',
  description: 'Gives the team of the caller another name; its id stays.',
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
