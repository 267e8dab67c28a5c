import { AppError } from '../errors.ts'
import { secretHash } from './ids.ts'
import type { Caller } from './ports/caller.ts'
import type { KeyStore } from './ports/teams.ts'

/** Whose an API key is. */
export function authenticationService({ store }: { store: Pick<KeyStore, 'keyByHash'> }) {
  return {
    /** @throws AppError `unauthorized`, `team_suspended` */
    async authenticate(secret: string): Promise<Caller> {
      const known = await store.keyByHash(secretHash(secret))
      if (known === undefined) throw new AppError('unauthorized', 'The API key is not known, or was revoked.')
      const { caller, expired, suspended } = known
      if (expired) throw new AppError('unauthorized', `The API key ${caller.keyId} has expired; create another one.`)
      if (suspended) throw suspendedTeam(caller.teamId)
      return caller
    },
  }
}

export const suspendedTeam = (teamId: string): AppError =>
  new AppError('team_suspended', `Team ${teamId} is suspended; only an operator of this service can end that.`)
