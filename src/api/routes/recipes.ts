import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { RECIPE_SUMMARIES, recipes } from '../../job-spec/recipes.ts'
import { problems } from '../schemas.ts'

const Recipe = Type.Object({
  name: Type.String({ description: 'What a spec has as its `recipe`.' }),
  summary: Type.String({ description: 'What it is for, in one sentence.' }),
  spec: Type.Record(Type.String(), Type.Unknown(), { description: 'The fields that it sets; a spec overrides them.' }),
})

const listRecipes = {
  operationId: 'listRecipes',
  summary: 'List recipes',
  description: 'The named recipes that a spec can start from, with the fields that they set.',
  tags: ['specs'],
  response: { 200: Type.Object({ data: Type.Array(Recipe) }), ...problems },
}

const all = {
  data: [...recipes].map(([name, spec]) => ({ name, summary: RECIPE_SUMMARIES[name] ?? '', spec })),
}

/** Specs to start from. */
export const recipeRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/spec/recipes', { schema: listRecipes }, () => all)
}
