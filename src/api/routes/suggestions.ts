import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { SuggestionKind } from '../../evaluation/suggestions.ts'
import type { Services } from '../../service/services.ts'
import { SuggestionsPage } from '../../service/suggestion-resources.ts'
import { callerOf } from '../auth.ts'
import { IdParams, PageQuery, problems } from '../schemas.ts'

const listSuggestions = {
  operationId: 'listSuggestions',
  tags: ['evaluation'],
  description:
    'Images of the data set that a person should look at, found by the trained model among those that it was not trained on: likely label errors (confident learning), and outliers; the most probable ones of a kind first.',
  params: IdParams,
  querystring: Type.Object({ ...PageQuery.properties, kind: Type.Optional(SuggestionKind) }),
  response: { 200: SuggestionsPage, ...problems },
}

/** What jobs suggest about their data sets. */
export function suggestionRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/jobs/:id/suggestions', { schema: listSuggestions }, (request) =>
      services.suggestions(callerOf(request), request.params.id, request.query),
    )
  }
}
