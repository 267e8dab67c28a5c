import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import { AppError } from '../errors.ts'
import { changedBy } from './changed-by.ts'
import { newId, newSecret } from './ids.ts'
import { Email, type OperatedTeam } from './people-resources.ts'
import type { ChangedBy } from './ports/audit.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { RemovedBlobs } from './ports/deletion.ts'
import type { Blobs } from './ports/blobs.ts'
import type { TeamStore } from './ports/teams.ts'
import { deleted, type Deleting } from './deleted.ts'
import { requireFound } from './require-found.ts'
import { Name, SCOPES, type Page, type Team } from './resources.ts'
import { withinTeam } from './team-scope.ts'

/** The server itself, at its first start. */
const SERVER: ChangedBy = { kind: 'host', id: 'host', name: 'server', keyId: null, requestId: null }

export interface TeamRequest {
  name: string
  /** Email of the owner that it begins with. */
  owner?: string | undefined
  id?: string
}

/** Teams: each reads and renames its own; operators make, suspend and delete them. */
export function teamService({
  store,
  blobs,
  now,
  trashMs,
}: {
  store: TeamStore & RemovedBlobs
  blobs: Blobs
  now: () => number
  trashMs: number
}) {
  return {
    team: async (caller: Caller): Promise<Team> => requireFound(await store.team(caller.teamId), 'team', caller.teamId),
    async renameTeam(caller: Caller, newName: string): Promise<Team> {
      const { id, name, createdAt } = await store.renameTeam(caller.teamId, newName, changedBy(caller))
      return { id, name, createdAt }
    },
    async createTeam(request: string | TeamRequest, by = SERVER): Promise<{ team: Team; secret: string }> {
      const { name, owner, id = newId('team', now()) } = typeof request === 'string' ? { name: request } : request
      requireFit(Name, name, 'name')
      if (owner !== undefined) requireFit(Email, owner, 'owner')
      const { secret, hash } = newSecret()
      const key = { id: newId('key', now()), name: 'first key', hash, scopes: [...SCOPES] }
      const member =
        owner === undefined
          ? undefined
          : { id: newId('mem', now()), email: owner.toLowerCase(), role: 'owner' as const }
      return { team: await store.createTeam({ id, name, key, member }, by), secret }
    },
    teams: (page: PageRequest): Promise<Page<OperatedTeam>> => store.teams(page),
    operatedTeam: async (id: string): Promise<OperatedTeam> => requireFound(await store.operatedTeam(id), 'team', id),
    async renameOperatedTeam(id: string, name: string, by: ChangedBy): Promise<OperatedTeam> {
      requireFit(Name, name, 'name')
      return withinTeam(id, () => store.renameTeam(id, name, by))
    },
    suspendTeam: (id: string, by: ChangedBy): Promise<OperatedTeam> => store.suspendTeam(id, true, by),
    resumeTeam: (id: string, by: ChangedBy): Promise<OperatedTeam> => store.suspendTeam(id, false, by),
    deleteTeam: (id: string, by: ChangedBy, how: Deleting = {}): Promise<void> =>
      deleted({ store, blobs, trashMs }, (keptMs) => store.deleteTeam(id, by, keptMs), `team ${id}`, how),
  }
}

/** What the command line gives is checked by nothing before. @throws AppError `invalid_request` */
function requireFit(schema: TSchema, value: string, name: string): void {
  if (Value.Check(schema, value) && !value.includes('\0')) return
  const detail = name === 'name' ? 'must have 1 to 200 characters' : 'must be an email address'
  throw new AppError('invalid_request', `${name} ${detail}.`, { errors: [{ pointer: `/${name}`, detail }] })
}
