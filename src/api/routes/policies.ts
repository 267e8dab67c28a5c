import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { NewPolicy, PolicySummary, SavedPolicy } from '../../service/policy-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { listSchema, problems } from '../schemas.ts'

const NameParams = Type.Object({ name: Type.String({ maxLength: 64 }) })

const savePolicy = {
  operationId: 'savePolicy',
  idempotent: true,
  summary: 'Save an augmentation policy',
  tags: ['policies'],
  description: 'Saves a policy for specs: `{"name": "auto-augment", "policy": NAME}`.',
  body: NewPolicy,
  response: { 201: SavedPolicy, ...problems },
}
const listPolicies = listSchema(PolicySummary, {
  operationId: 'listPolicies',
  summary: 'List augmentation policies',
  description: 'Policies that the team has saved, or that its searches have found, newest first.',
  tags: ['policies'],
})
const getPolicy = {
  operationId: 'getPolicy',
  summary: 'Read an augmentation policy',
  description: 'The policy with its operations, probabilities and magnitudes.',
  tags: ['policies'],
  params: NameParams,
  response: { 200: SavedPolicy, ...problems },
}
const deletePolicy = {
  operationId: 'deletePolicy',
  errors: ['wrong_state'],
  summary: 'Delete an augmentation policy',
  tags: ['policies'],
  description: 'Jobs hold the policies that they name in full: none is changed.',
  params: NameParams,
  response: { 204: Type.Null(), ...problems },
}

/** Augmentation policies that the team has saved, or that its searches have found. */
export function policyRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/policies', { config: { scope: 'write' }, schema: savePolicy }, (request, reply) =>
      once(services, request, reply, {
        status: 201,
        prefix: 'policy',
        run: async () => {
          const policy = await services.savePolicy(callerOf(request), request.body)
          reply.header('location', `/v1/policies/${policy.name}`)
          return policy
        },
        // A policy is known by its name, which the call that was cut off has taken.
        find: () => services.store.policy(callerOf(request).teamId, request.body.name),
      }),
    )
    app.get('/policies', { schema: listPolicies }, (request) => services.policies(callerOf(request), request.query))
    app.get('/policies/:name', { schema: getPolicy }, (request) =>
      services.policy(callerOf(request), request.params.name),
    )
    app.delete('/policies/:name', { config: { scope: 'write' }, schema: deletePolicy }, async (request, reply) => {
      await services.deletePolicy(callerOf(request), request.params.name)
      return reply.code(204).send(null)
    })
  }
}
