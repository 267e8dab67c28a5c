import type { Member, Role, SessionInfo } from '../people-resources.ts'
import type { Page } from '../resources.ts'
import type { ChangedBy } from './audit.ts'
import type { PageRequest } from './caller.ts'
import type { KnownKey } from './teams.ts'

/** Somebody as the identity provider vouches for them. */
export interface Identity {
  issuer: string
  subject: string
  /** In lower case; absent unless the provider has verified it. */
  email?: string | undefined
  name?: string | undefined
}

/** A session that is to be opened. */
export interface NewSession {
  id: string
  hash: string
  keptMs: number
}

interface AnySession {
  id: string
  expiresAt: string
}
/** A person's session: who, and their memberships. */
export interface PersonSession extends AnySession {
  person: NonNullable<SessionInfo['person']>
  memberships: {
    memberId: string
    email: string
    team: { id: string; name: string }
    role: Role
    suspended: boolean
  }[]
}
/** A session that was opened with an API key: the key as of now, undefined where it was revoked. */
export interface KeySession extends AnySession {
  person: null
  key: KnownKey | undefined
}
/** A session by its cookie. */
export type OpenSession = PersonSession | KeySession

/** Members of teams. Each change is written to the audit log in its transaction. */
export interface PeopleStore {
  /** Newest first. */
  members(teamId: string, page: PageRequest): Promise<Page<Member>>
  member(teamId: string, id: string): Promise<Member | undefined>
  /** @throws AppError `conflict` where the email is a member's already, `quota_exceeded` */
  inviteMember(teamId: string, member: { id: string; email: string; role: Role }, by: ChangedBy): Promise<Member>
  /** Undefined where there is none. @throws AppError `conflict` for the last owner */
  changeRole(teamId: string, id: string, role: Role, by: ChangedBy): Promise<Member | undefined>
  /** With their keys. @returns false where there is none. @throws AppError `conflict` for the last owner */
  removeMember(teamId: string, id: string, by: ChangedBy): Promise<boolean>
  /**
   * Opens a session for somebody who is a member of a team, or was invited by the email that is verified; what they were invited to is theirs
   * from then on. False for anybody else.
   */
  openSession(identity: Identity, session: NewSession, requestId: string | null): Promise<boolean>
  /** Opens a session for whoever has an API key; of those of one key the oldest end. */
  openKeySession(key: { teamId: string; keyId: string }, session: NewSession, by: ChangedBy): Promise<void>
  /** Undefined where it has ended. */
  session(hash: string): Promise<OpenSession | undefined>
  endSession(hash: string, requestId: string | null): Promise<void>
}
