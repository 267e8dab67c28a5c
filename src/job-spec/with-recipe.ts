import { invalidSpec } from './parse.ts'
import { recipes } from './recipes.ts'
import { overRecipe } from './unnamed.ts'

/** A spec over the recipe that it names, and the fields that come from there. */
export function withRecipe(rawSpec: unknown): { input: unknown; recipe: { name: string; fields: string[] } } {
  const none = { input: rawSpec, recipe: { name: '', fields: [] } }
  if (typeof rawSpec !== 'object' || rawSpec === null || !('recipe' in rawSpec)) return none
  const { recipe: name, ...own } = rawSpec
  const recipe = typeof name === 'string' ? recipes.get(name) : undefined
  if (typeof name !== 'string' || recipe === undefined)
    throw invalidSpec([{ pointer: '/recipe', detail: `must be one of ${[...recipes.keys()].join(', ')}` }])
  const { input, merged } = overRecipe(recipe, own)
  const fields = [...Object.keys(recipe).filter((field) => !(field in own)), ...merged.map((field) => `${field}/name`)]
  return { input, recipe: { name, fields } }
}
