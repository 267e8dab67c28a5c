import { AsyncLocalStorage } from 'node:async_hooks'

const scopes = new AsyncLocalStorage<string>()

/**
 * Runs for a team: whatever the store reads and writes meanwhile, the database shows it this team's rows alone. The API sets it from the key
 * of each request, so that it holds for a use case that forgets to filter as well.
 */
export const withinTeam = <T>(teamId: string, run: () => T): T => scopes.run(teamId, run)

/** The team of what runs now; undefined outside of one. */
export const currentTeam = (): string | undefined => scopes.getStore()
