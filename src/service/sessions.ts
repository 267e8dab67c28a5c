import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import { suspendedTeam } from './authentication.ts'
import { changedBy } from './changed-by.ts'
import { newId, newSecret, secretHash } from './ids.ts'
import { SCOPES_OF_ROLE, type SessionInfo } from './people-resources.ts'
import type { Caller } from './ports/caller.ts'
import type { Identity, KeySession, OpenSession, PeopleStore, PersonSession } from './ports/people.ts'
import type { KeyStore, KnownKey, TeamStore } from './ports/teams.ts'
import { requireFound } from './require-found.ts'
import { withinTeam } from './team-scope.ts'

interface SessionDependencies {
  store: PeopleStore & Pick<KeyStore, 'key'> & Pick<TeamStore, 'team'>
  now: () => number
}

/** Who is signed in in a browser, by the secret of the session, which is stored as its hash only. */
export function sessionService({ store, now }: SessionDependencies) {
  const found = async (secret: string): Promise<OpenSession> => {
    const session = await store.session(secretHash(secret))
    if (session === undefined) throw new AppError('unauthorized', 'The session has ended; sign in again.')
    return session
  }
  const infoOfKey = async ({ expiresAt, ...session }: KeySession): Promise<Omit<SessionInfo, 'csrfToken'>> => {
    const { caller, suspended } = requireUsable(session)
    const { teamId, keyId, scopes, member } = caller
    const [team, key] = await withinTeam(teamId, () => Promise.all([store.team(teamId), store.key({ teamId }, keyId)]))
    const { name, expiresAt: keyExpiresAt } = requireFound(key, 'API key', keyId)
    const { name: teamName } = requireFound(team, 'team', teamId)
    return {
      person: null,
      key: { id: keyId, name, scopes, expiresAt: keyExpiresAt },
      teams: [{ id: teamId, name: teamName, role: member?.role ?? null, scopes, suspended }],
      expiresAt: keyExpiresAt !== null && keyExpiresAt < expiresAt ? keyExpiresAt : expiresAt,
    }
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
    /** Opens a session for whoever calls with an API key: it may do what the key may, and ends with it. */
    async signInWithKey(caller: Caller, keptMs: number): Promise<{ secret: string }> {
      const { secret, hash } = newSecret()
      await store.openKeySession(caller, { id: newId('sess', now()), hash, keptMs }, changedBy(caller))
      return { secret }
    },
    async session(secret: string): Promise<SessionInfo> {
      const open = await found(secret)
      const info = open.person === null ? await infoOfKey(open) : infoOfPerson(open)
      return { ...info, csrfToken: csrfToken(secret) }
    },
    /** @param chosen id of one of their teams; needed where there are several */
    async sessionCaller(secret: string, chosen: string | undefined): Promise<Caller> {
      const open = await found(secret)
      return open.person === null ? callerByKey(open, chosen) : callerByMembership(open, chosen)
    },
    signOut: (secret: string, requestId: string): Promise<void> => store.endSession(secretHash(secret), requestId),
  }
}

/** What a page of this origin can read, and no other: a call with a session's cookie must send it to change something. */
export const csrfToken = (secret: string): string => createHash('sha256').update(`csrf ${secret}`).digest('base64url')

const infoOfPerson = ({ person, memberships, expiresAt }: PersonSession): Omit<SessionInfo, 'csrfToken'> => ({
  person,
  key: null,
  teams: memberships.map(({ team, role, suspended }) => {
    const scopes = [...SCOPES_OF_ROLE[role]]
    return { id: team.id, name: team.name, role, scopes, suspended }
  }),
  expiresAt,
})

function callerByMembership(session: PersonSession, chosen: string | undefined): Caller {
  const { memberId, email, team, role, suspended } = membership(session, chosen)
  if (suspended) throw suspendedTeam(team.id)
  return {
    teamId: team.id,
    keyId: `${session.id}.${memberId}`,
    scopes: [...SCOPES_OF_ROLE[role]],
    member: { id: memberId, personId: session.person.id, email, role },
  }
}

function callerByKey(session: KeySession, chosen: string | undefined): Caller {
  const { caller, suspended } = requireUsable(session)
  if (suspended) throw suspendedTeam(caller.teamId)
  if (chosen !== undefined && chosen !== caller.teamId) throw noTeamOfYours()
  return { ...caller, session: session.id }
}

/** @throws AppError `unauthorized` where the key of a session was revoked or has expired */
function requireUsable({ key }: Pick<KeySession, 'key'>): KnownKey {
  if (key !== undefined && !key.expired) return key
  const what = key === undefined ? 'was revoked' : 'has expired'
  throw new AppError('unauthorized', `The API key of this session ${what}; sign in with another one.`)
}

function membership({ memberships }: PersonSession, chosen: string | undefined): PersonSession['memberships'][number] {
  const [first, second] = memberships
  const found = chosen === undefined ? first : memberships.find(({ team }) => team.id === chosen)
  if (first === undefined) throw new AppError('forbidden', 'You are in no team any more.')
  if (found === undefined) throw noTeamOfYours()
  if (chosen === undefined && second !== undefined)
    throw new AppError('invalid_request', 'You are in several teams: send the id of one in the header X-Anneal-Team.')
  return found
}

const noTeamOfYours = (): AppError => new AppError('forbidden', 'X-Anneal-Team names no team of yours.')
