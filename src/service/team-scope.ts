import { AsyncLocalStorage } from 'node:async_hooks'

const scopes = new AsyncLocalStorage<string>()

/**
 * Runs for a team: whatever the store reads and writes meanwhile, the database shows it this team's rows alone. The API sets it from the key
 * of each request, so that it holds for a use case that forgets to filter as well.
 */
export const withinTeam = <T>(teamId: string, run: () => T): T => scopes.run(teamId, run)

/**
 * Items that are read for the team of now, whoever reads them: what fills an answer piece by piece is read when the socket has room, which is
 * within no team.
 */
export function inCurrentTeam<T>(items: AsyncGenerator<T, void>): AsyncIterableIterator<T, void> {
  const teamId = currentTeam()
  const within = <R>(run: () => R): R => (teamId === undefined ? run() : withinTeam(teamId, run))
  const iterator: AsyncIterableIterator<T, void> = {
    next: () => within(() => items.next()),
    return: () => within(() => items.return()),
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}

/** The team of what runs now; undefined outside of one. */
export const currentTeam = (): string | undefined => scopes.getStore()
