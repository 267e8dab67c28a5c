import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { SuggestionKind } from '../../evaluation/suggestions.ts'
import type { Services } from '../../service/services.ts'
import { SuggestionsPage } from '../../service/suggestion-resources.ts'
import { AcceptRequest } from '../../service/accept-suggestions.ts'
import { DatasetVersion } from '../../service/resources.ts'
import { callerOf } from '../auth.ts'
import { IdParams, PageQuery, problems } from '../schemas.ts'
import { answerVersion } from '../versions.ts'

const listSuggestions = {
  operationId: 'listSuggestions',
  errors: ['wrong_state'],
  summary: 'Images that a person should look at',
  tags: ['evaluation'],
  description:
    'Images of the data set that a person should look at, found by the trained model among those that it was not trained on: likely label errors (confident learning), and outliers; the most probable ones of a kind first.',
  params: IdParams,
  querystring: Type.Object({ ...PageQuery.properties, kind: Type.Optional(SuggestionKind) }),
  response: { 200: SuggestionsPage, ...problems },
}

const acceptSuggestions = {
  operationId: 'acceptSuggestions',
  errors: ['wrong_state'],
  idempotent: true,
  summary: 'Accept suggestions',
  tags: ['evaluation'],
  description:
    'Makes a version of the job’s data set in which likely label errors have the suggested class and outliers are left out: of the newest version that is ready, or of `base`.',
  params: IdParams,
  body: AcceptRequest,
  response: { 202: DatasetVersion, ...problems },
}

/** What jobs suggest about their data sets. */
export function suggestionRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/jobs/:id/suggestions', { schema: listSuggestions }, (request) =>
      services.suggestions(callerOf(request), request.params.id, request.query),
    )
    const accepting = { config: { scope: 'write' }, schema: acceptSuggestions } as const
    app.post('/jobs/:id/suggestions/accept', accepting, async (request, reply) => {
      const caller = callerOf(request)
      const { id } = request.params
      return answerVersion(services, request, reply, {
        content: JSON.stringify([id, request.body]),
        run: (requestId) => services.acceptSuggestions(caller, id, request.body, requestId),
      })
    })
  }
}
