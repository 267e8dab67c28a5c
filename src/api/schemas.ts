import Type from 'typebox'
import { Problem } from './problem.ts'

export const IdParams = Type.Object({ id: Type.String({ maxLength: 64 }) })

export const PageQuery = Type.Object({
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'Items a page.' }),
  after: Type.Optional(Type.String({ maxLength: 200, description: 'The `nextCursor` of the page before.' })),
})

/** What every call may answer beside its result. */
export const problems = { '4xx': Problem, '5xx': Problem }
