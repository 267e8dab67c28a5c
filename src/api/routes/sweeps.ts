import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { SweepsQuery } from '../../service/list-queries.ts'
import type { Services } from '../../service/services.ts'
import { Sweep, SweepRequest, SweepSummary } from '../../service/sweep-resources.ts'
import { callerOf } from '../auth.ts'
import { contentResponses } from '../content.ts'
import { once } from '../idempotency.ts'
import { DeleteQuery, IdParams, listSchema, problems, SUBMISSION_ERRORS } from '../schemas.ts'

const submitSweep = {
  operationId: 'submitSweep',
  errors: SUBMISSION_ERRORS,
  idempotent: true,
  summary: 'Submit a sweep',
  tags: ['sweeps'],
  description: 'Every trial is checked before anything is queued; the trials are jobs of their own.',
  body: SweepRequest,
  response: { 202: Sweep, ...problems },
}
const listSweeps = {
  ...listSchema(SweepSummary, {
    operationId: 'listSweeps',
    summary: 'List sweeps',
    tags: ['sweeps'],
    description: 'Newest first, unless `sort` says otherwise. Every filter that is given holds.',
  }),
  querystring: SweepsQuery,
}
const getSweep = {
  operationId: 'getSweep',
  summary: 'Read a sweep',
  description: 'State, trials with their values, and the best one so far.',
  tags: ['sweeps'],
  params: IdParams,
  response: { 200: Sweep, ...problems },
}
const getSweepChart = {
  operationId: 'getSweepChart',
  errors: ['wrong_state'],
  summary: 'Chart of a sweep',
  tags: ['sweeps'],
  description:
    'The trials as parallel coordinates, as SVG; of a range test the loss over the learning rate, with the suggestion.',
  params: IdParams,
  produces: ['image/svg+xml'],
  response: { ...contentResponses, ...problems },
}
const cancelSweep = {
  operationId: 'cancelSweep',
  errors: ['wrong_state'],
  summary: 'Cancel a sweep',
  tags: ['sweeps'],
  description: 'Cancels the jobs that have not ended.',
  params: IdParams,
  response: { 200: Sweep, ...problems },
}
const deleteSweep = {
  operationId: 'deleteSweep',
  errors: ['wrong_state'],
  summary: 'Delete a sweep',
  tags: ['sweeps'],
  description: 'Deletes a sweep that has ended, and its trials.',
  params: IdParams,
  querystring: DeleteQuery,
  response: { 204: Type.Null(), ...problems },
}

/** Sweeps: many jobs over the values of a spec's fields. */
export function sweepRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/sweeps', { config: { scope: 'write' }, schema: submitSweep }, (request, reply) =>
      once(services, request, reply, {
        status: 202,
        prefix: 'sweep',
        run: async (id) => {
          const sweep = await services.submitSweep(callerOf(request), request.body, id)
          reply.header('location', `/v1/sweeps/${sweep.id}`)
          return sweep
        },
        find: (id) => services.store.sweep(callerOf(request).teamId, id),
      }),
    )
    app.get('/sweeps', { schema: listSweeps }, (request) => services.sweeps(callerOf(request), request.query))
    app.get('/sweeps/:id', { schema: getSweep }, (request) => services.sweep(callerOf(request), request.params.id))
    app.get('/sweeps/:id/chart', { schema: getSweepChart }, async (request, reply) => {
      const svg = await services.sweepChart(callerOf(request), request.params.id)
      return reply.header('content-type', 'image/svg+xml').send(svg)
    })
    app.post('/sweeps/:id/cancel', { config: { scope: 'write' }, schema: cancelSweep }, (request) =>
      services.cancelSweep(callerOf(request), request.params.id),
    )
    app.delete('/sweeps/:id', { config: { scope: 'write' }, schema: deleteSweep }, async (request, reply) => {
      await services.deleteSweep(callerOf(request), request.params.id, request.query)
      return reply.code(204).send(null)
    })
  }
}
