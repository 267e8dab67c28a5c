import { AppError } from '../errors.ts'
import { MAX_PRIORITY, MIN_PRIORITY } from './resources.ts'

/** What a submission says next to its spec; it is no part of the spec's hash. */
export interface Submission {
  spec: unknown
  priority: number
}

/** @throws AppError `invalid_request` for a priority that is not a whole number in its bounds */
export function submissionOf(body: unknown): Submission {
  // What is no object has no priority either: the spec's parser says what is wrong with it.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { spec: body, priority: 0 }
  const { priority = 0, ...spec } = body as { priority?: unknown }
  if (
    typeof priority === 'number' &&
    Number.isInteger(priority) &&
    priority >= MIN_PRIORITY &&
    priority <= MAX_PRIORITY
  )
    return { spec, priority }
  throw new AppError(
    'invalid_request',
    `priority is ${JSON.stringify(priority)}; a whole number from ${MIN_PRIORITY} to ${MAX_PRIORITY} is expected.`,
    { errors: [{ pointer: '/priority', detail: `must be an integer from ${MIN_PRIORITY} to ${MAX_PRIORITY}` }] },
  )
}
