import type { Role } from '../people-resources.ts'
import type { Scope } from '../resources.ts'

export interface PageRequest {
  limit: number
  after?: string | undefined
}

/** The membership by which a person calls. */
export interface CallingMember {
  id: string
  personId: string
  email: string
  role: Role
}

export interface Caller {
  teamId: string
  /** Of the key; of somebody who is signed in, the ids of session and membership. */
  keyId: string
  scopes: Scope[]
  /** Of the key. */
  name?: string
  /** Id of the session that was opened with the key, where a browser calls by its cookie. */
  session?: string
  /** Absent where a service key calls. */
  member?: CallingMember | undefined
  /** Of the call. */
  requestId?: string
}
