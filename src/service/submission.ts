import { AppError } from '../errors.ts'

export const MIN_PRIORITY = -100
export const MAX_PRIORITY = 100

/** What a submission says next to its spec; it is no part of the spec's hash. */
export interface Submission {
  spec: object
  priority: number
}

/** @throws AppError `invalid_request` for a priority that is not a whole number in its bounds */
export function submissionOf(body: unknown): Submission {
  const { priority = 0, ...spec } = Object(body) as { priority?: unknown }
  if (!Number.isInteger(priority) || (priority as number) < MIN_PRIORITY || (priority as number) > MAX_PRIORITY)
    throw new AppError(
      'invalid_request',
      `priority is ${JSON.stringify(priority)}; a whole number from ${MIN_PRIORITY} to ${MAX_PRIORITY} is expected.`,
      { errors: [{ pointer: '/priority', detail: `must be an integer from ${MIN_PRIORITY} to ${MAX_PRIORITY}` }] },
    )
  // What is no object has no priority either: the spec's parser says what is wrong with it.
  return {
    spec: typeof body === 'object' && body !== null && !Array.isArray(body) ? spec : (body as object),
    priority: priority as number,
  }
}
