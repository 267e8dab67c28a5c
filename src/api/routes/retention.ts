import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { RetentionCandidate, RetentionPolicy } from '../../service/retention-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { listSchema, problems } from '../schemas.ts'

const tags = ['trash']
const getRetention = {
  operationId: 'getRetention',
  summary: 'Read the rules of retention',
  description: 'What the team deletes by rule; null where nothing is.',
  tags,
  response: { 200: RetentionPolicy, ...problems },
}
const setRetention = {
  operationId: 'setRetention',
  summary: 'Set the rules of retention',
  tags,
  description: 'Sets what is deleted by rule, into the trash. It is applied within a minute, and then once an hour.',
  body: RetentionPolicy,
  response: { 200: RetentionPolicy, ...problems },
}
const previewRetention = listSchema(RetentionCandidate, {
  operationId: 'previewRetention',
  summary: 'What the rules would delete now',
  tags,
  description: 'What the rules of the team would delete now. Nothing is deleted.',
})
const tryRetention = {
  ...listSchema(RetentionCandidate, {
    operationId: 'tryRetention',
    summary: 'What other rules would delete now',
    tags,
    description: 'What other rules would delete now. Neither are they set, nor is anything deleted.',
  }),
  body: RetentionPolicy,
}

/** Deletion by rule. */
export function retentionRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/team/retention', { schema: getRetention }, (request) => services.retention(callerOf(request)))
    app.put('/team/retention', { config: { scope: 'admin', audit: 'store' }, schema: setRetention }, (request) =>
      services.setRetention(callerOf(request), request.body),
    )
    app.get('/team/retention/preview', { schema: previewRetention }, (request) =>
      services.previewRetention(callerOf(request), undefined, request.query),
    )
    app.post('/team/retention/preview', { config: { audit: 'nothing' }, schema: tryRetention }, (request) =>
      services.previewRetention(callerOf(request), request.body, request.query),
    )
  }
}
