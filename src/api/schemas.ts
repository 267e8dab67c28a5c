import Type, { type TSchema } from 'typebox'
import { pageOf } from '../service/resources.ts'
import { Problem } from './problem.ts'

export const IdParams = Type.Object({ id: Type.String({ maxLength: 64 }) })

export const PageQuery = Type.Object({
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'Items per page.' }),
  after: Type.Optional(Type.String({ maxLength: 200, description: 'The `nextCursor` of the page before.' })),
})

/** What is deleted goes into the trash first. */
export const DeleteQuery = Type.Object({
  permanent: Type.Boolean({
    default: false,
    description: 'Delete it for good, at once; without, it can be restored from the trash for some time.',
  }),
})

/** What can be wrong with a spec for a data set. */
export const SPEC_ERRORS = [
  'invalid_spec',
  'class_count_mismatch',
  'checkpoint_invalid',
  'image_size_unsupported',
  'not_found',
  'wrong_state',
] as const

/** What can be wrong with a submission, of a job, of a fork or of a sweep. */
export const SUBMISSION_ERRORS = [...SPEC_ERRORS, 'quota_exceeded'] as const

/** Of the routes of operators: by a token, or by the cookie of a session. */
export const OPERATOR_SECURITY = [{ operator: [] }, { operatorSession: [] }]

/** The errors of every call. */
export const problems = { '4xx': Problem, '5xx': Problem }

/** The schema of a route that lists items page by page. */
export const listSchema = <
  T extends TSchema,
  Route extends { operationId: string; tags: string[]; description?: string },
>(
  item: T,
  route: Route,
) => ({ ...route, querystring: PageQuery, response: { 200: pageOf(item), ...problems } })
