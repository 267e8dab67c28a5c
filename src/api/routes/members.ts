import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Email, Member, RoleName } from '../../service/people-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { IdParams, listSchema, problems } from '../schemas.ts'

const tags = ['team']
const listMembers = listSchema(Member, {
  operationId: 'listMembers',
  summary: 'List members',
  tags,
  description: 'Newest first, with those who were invited and have not signed in yet.',
})
const inviteMember = {
  operationId: 'inviteMember',
  idempotent: true,
  summary: 'Invite a member',
  tags,
  description:
    'Whoever signs in with this email, verified by the provider, is a member from then on. No email is sent.',
  body: Type.Object({ email: Email, role: RoleName }, { additionalProperties: false }),
  response: { 201: Member, ...problems },
}
const changeRole = {
  operationId: 'changeRole',
  errors: ['conflict'],
  summary: 'Change the role of a member',
  tags,
  description: 'A team keeps one owner: 409 for its last.',
  params: IdParams,
  body: Type.Object({ role: RoleName }, { additionalProperties: false }),
  response: { 200: Member, ...problems },
}
const removeMember = {
  operationId: 'removeMember',
  errors: ['conflict'],
  summary: 'Remove a member',
  tags,
  description: 'The keys of the person go too. A team keeps one owner: 409 for its last.',
  params: IdParams,
  response: { 204: Type.Null(), ...problems },
}

/** The people of the caller's team. */
export function memberRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    const config = { scope: 'admin', audit: 'store' } as const
    app.get('/team/members', { schema: listMembers }, (request) => services.members(callerOf(request), request.query))
    app.post('/team/members', { config, schema: inviteMember }, (request, reply) =>
      once(services, request, reply, {
        status: 201,
        prefix: 'mem',
        run: (id) => services.inviteMember(callerOf(request), request.body, id),
        find: (id) => services.findMember(callerOf(request), id),
      }),
    )
    app.patch('/team/members/:id', { config, schema: changeRole }, (request) =>
      services.changeRole(callerOf(request), request.params.id, request.body.role),
    )
    app.delete('/team/members/:id', { config, schema: removeMember }, async (request, reply) => {
      await services.removeMember(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
  }
}
