import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import { suspendedTeam } from './authentication.ts'
import { newId, newSecret, secretHash } from './ids.ts'
import { SCOPES_OF_ROLE, type SessionInfo } from './people-resources.ts'
import type { Caller } from './ports/caller.ts'
import type { Identity, OpenSession, PeopleStore } from './ports/people.ts'

/** People who are signed in, by the secret of their session, which is stored as its hash only. */
export function sessionService({ store, now }: { store: PeopleStore; now: () => number }) {
  const found = async (secret: string): Promise<OpenSession> => {
    const session = await store.session(secretHash(secret))
    if (session === undefined) throw new AppError('unauthorized', 'The session has ended; sign in again.')
    return session
  }
  return {
    /** @throws AppError `forbidden` for whoever is in no team and was invited to none */
    async signIn(identity: Identity, keptMs: number, requestId: string): Promise<{ secret: string }> {
      const { secret, hash } = newSecret()
      if (await store.openSession(identity, { id: newId('sess', now()), hash, keptMs }, requestId)) return { secret }
      throw new AppError(
        'forbidden',
        identity.email === undefined
          ? 'The provider has not verified your email, so no invitation can be yours.'
          : `${identity.email} is in no team; an owner of one has to invite this address.`,
      )
    },
    async session(secret: string): Promise<SessionInfo> {
      const { person, memberships, expiresAt } = await found(secret)
      const teams = memberships.map(({ team, role, suspended }) => ({ ...team, role, suspended }))
      return { person, teams, expiresAt, csrfToken: csrfToken(secret) }
    },
    /** @param chosen id of one of their teams; needed where there are several */
    async sessionCaller(secret: string, chosen: string | undefined): Promise<Caller> {
      const session = await found(secret)
      const { memberId, email, team, role, suspended } = membership(session, chosen)
      if (suspended) throw suspendedTeam(team.id)
      return {
        teamId: team.id,
        keyId: `${session.id}.${memberId}`,
        scopes: [...SCOPES_OF_ROLE[role]],
        member: { id: memberId, personId: session.person.id, email },
      }
    },
    signOut: (secret: string, requestId: string): Promise<void> => store.endSession(secretHash(secret), requestId),
  }
}

/** What a page of this origin can read, and no other: a call with a session's cookie must send it to change something. */
export const csrfToken = (secret: string): string => createHash('sha256').update(`csrf ${secret}`).digest('base64url')

function membership({ memberships }: OpenSession, chosen: string | undefined): OpenSession['memberships'][number] {
  const [first, second] = memberships
  const found = chosen === undefined ? first : memberships.find(({ team }) => team.id === chosen)
  if (first === undefined) throw new AppError('forbidden', 'You are in no team any more.')
  if (found === undefined) throw new AppError('forbidden', 'X-Anneal-Team names no team of yours.')
  if (chosen === undefined && second !== undefined)
    throw new AppError('invalid_request', 'You are in several teams: send the id of one in the header X-Anneal-Team.')
  return found
}
