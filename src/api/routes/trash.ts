import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Services } from '../../service/services.ts'
import { TrashEntry } from '../../service/trash-resources.ts'
import { callerOf } from '../auth.ts'
import { listSchema, problems } from '../schemas.ts'

const tags = ['trash']
/** An artifact's is JOB:KIND. */
export const TrashParams = Type.Object({ id: Type.String({ maxLength: 130 }) })

const listTrash = listSchema(TrashEntry, {
  operationId: 'listTrash',
  summary: 'List what was deleted',
  tags,
  description: 'What was deleted and can be restored, newest first. It counts as stored until it is purged.',
})
const getTrashEntry = {
  operationId: 'getTrashEntry',
  summary: 'Read an entry of the trash',
  description: 'What was deleted, by whom, what went with it, and when it is removed for good.',
  tags,
  params: TrashParams,
  response: { 200: TrashEntry, ...problems },
}
const restore = {
  operationId: 'restore',
  errors: ['wrong_state', 'conflict', 'quota_exceeded'],
  summary: 'Restore something from the trash',
  tags,
  description: 'Takes something out of the trash, with everything that was deleted with it.',
  params: TrashParams,
  response: { 200: TrashEntry, ...problems },
}
const purge = {
  operationId: 'purge',
  errors: ['wrong_state'],
  summary: 'Remove something for good',
  tags,
  description: 'Removes something in the trash for good, now.',
  params: TrashParams,
  response: { 204: Type.Null(), ...problems },
}

/** What was deleted. */
export function trashRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/trash', { schema: listTrash }, (request) => services.trash(callerOf(request), request.query))
    app.get('/trash/:id', { schema: getTrashEntry }, (request) =>
      services.trashEntry(callerOf(request), request.params.id),
    )
    const config = { scope: 'write' } as const
    app.post('/trash/:id/restore', { config, schema: restore }, (request) =>
      services.restore(callerOf(request), request.params.id),
    )
    app.delete('/trash/:id', { config, schema: purge }, async (request, reply) => {
      await services.purge(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
  }
}
