import { AppError } from '../errors.ts'
import { requireFound } from './require-found.ts'
import { newId, newSecret, secretHash } from './ids.ts'
import type { Caller } from './ports/caller.ts'
import type { TeamStore } from './ports/teams.ts'
import type { ApiKey, Scope, Team } from './resources.ts'
import { withinTeam } from './team-scope.ts'

/** Teams and their API keys. */
export function teamService({ store, now }: { store: TeamStore; now: () => number }) {
  return {
    async authenticate(secret: string): Promise<Caller> {
      const caller = await store.callerByKeyHash(secretHash(secret))
      if (caller === undefined) throw new AppError('unauthorized', 'The API key is not known, or was revoked.')
      return caller
    },
    async createTeam(name: string): Promise<{ team: Team; secret: string }> {
      const team = await store.createTeam(name)
      const { secret, hash } = newSecret()
      const key = { id: newId('key', now()), name: 'first key', hash, scopes: ['read', 'write', 'admin'] as Scope[] }
      await withinTeam(team.id, () => store.createKey(team.id, key))
      return { team, secret }
    },
    team: async (caller: Caller): Promise<Team> => requireFound(await store.team(caller.teamId), 'team', caller.teamId),
    renameTeam: (caller: Caller, name: string): Promise<Team> => store.renameTeam(caller.teamId, name),
    keys: (caller: Caller): Promise<ApiKey[]> => store.keys(caller.teamId),
    async createKey(
      caller: Caller,
      { name, scopes }: { name: string; scopes: Scope[] },
      id = newId('key', now()),
    ): Promise<ApiKey & { secret: string }> {
      const { secret, hash } = newSecret()
      return { ...(await store.createKey(caller.teamId, { id, name, hash, scopes })), secret }
    },
    async revokeKey(caller: Caller, id: string): Promise<void> {
      if (!(await store.revokeKey(caller.teamId, id))) throw new AppError('not_found', `There is no API key ${id}.`)
    },
  }
}
