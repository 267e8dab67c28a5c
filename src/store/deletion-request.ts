/** Jobs that a refusal names. */
export const MAX_NAMED = 5

export interface DeletionRequest {
  teamId: string
  id: string
  /** How long it is kept in the trash; 0: it goes for good. */
  keptMs: number
}

/** For a refusal. */
export function jobNames(jobs: readonly { id: string }[]): string {
  const names = jobs.slice(0, MAX_NAMED).map(({ id }) => id)
  return `${names.join(', ')}${jobs.length > MAX_NAMED ? ' and others' : ''}`
}
