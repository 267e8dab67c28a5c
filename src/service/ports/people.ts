import type { Member, Role, SessionInfo } from '../people-resources.ts'
import type { Page } from '../resources.ts'
import type { ChangedBy } from './audit.ts'
import type { PageRequest } from './caller.ts'

/** Somebody as the identity provider vouches for them. */
export interface Identity {
  issuer: string
  subject: string
  /** In lower case; absent unless the provider has verified it. */
  email?: string | undefined
  name?: string | undefined
}

/** A session by its cookie: who, and their memberships. */
export interface OpenSession extends Omit<SessionInfo, 'csrfToken' | 'teams'> {
  id: string
  memberships: {
    memberId: string
    email: string
    team: { id: string; name: string }
    role: Role
    suspended: boolean
  }[]
}

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
  openSession(
    identity: Identity,
    session: { id: string; hash: string; keptMs: number },
    requestId: string | null,
  ): Promise<boolean>
  /** Undefined where it has ended. */
  session(hash: string): Promise<OpenSession | undefined>
  endSession(hash: string, requestId: string | null): Promise<void>
}
