/** The JSON of an answer that could be a text as well, had it been asked for. */
export function jsonBody<T extends object>(body: T | string): T {
  if (typeof body === 'string') throw new Error('The service has answered with a text in place of JSON.')
  return body
}
